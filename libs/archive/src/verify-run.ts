import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { AppError, MerkleTree, messageOf } from '@mcm/kernel';
import { type Duck, withDuck } from './duck.js';
import { fingerprint } from './fingerprint.js';
import { type ArchivedFile, type Manifest, MANIFEST_LIMIT, readManifest } from './manifest.js';
import { readContent } from './parquet.js';
import { MANIFEST, type RunId, runFolder } from './run-name.js';
import type { ArchiveStore } from './stores/archive-store.js';
import type { ArchiveLimits } from './write-run.js';

/** What is wrong with a file of the archive. */
export interface ArchiveFault {
  /** Its name in the archive. */
  file: string;
  /** A sentence for people. */
  detail: string;
}

/** The result of checking a run. */
export interface RunCheck {
  /** Null when the manifest itself cannot be used. */
  manifest: Manifest | null;
  /** To be compared with the one in the audit trail: a person who can change files can make a manifest for them. */
  manifestSha256: string | null;
  faults: ArchiveFault[];
}

/**
 * Reads the manifest of a run.
 *
 * @throws AppError `ARCHIVE.FILE_MISSING`, `ARCHIVE.MANIFEST_INVALID`
 */
export async function openManifest(
  store: ArchiveStore,
  id: RunId,
  folder: string,
): Promise<{ manifest: Manifest; sha256: string }> {
  const name = runFolder(id) + MANIFEST;
  const text = await store.read(name, folder, async (path) => {
    if ((await stat(path)).size > MANIFEST_LIMIT) throw invalid(`${name} is larger than a manifest can be.`);
    return readFile(path, 'utf8');
  });
  const manifest = readManifest(text, name);
  if (manifest.day !== id.day || manifest.run !== id.run) {
    throw invalid(`${name} is the manifest of run ${manifest.run} of ${manifest.day}.`);
  }
  return { manifest, sha256: hash('sha256', text, 'hex') };
}

const invalid = (message: string) => new AppError('invalid', 'ARCHIVE.MANIFEST_INVALID', message);

/**
 * Checks every byte of a run against its manifest, and every event against the root of the tree. Needs no database.
 *
 * @throws AppError `unavailable` when the store cannot be reached
 */
export async function verifyRun(store: ArchiveStore, id: RunId, limits: ArchiveLimits): Promise<RunCheck> {
  const place = runFolder(id);
  return inWorkFolder(store, async (folder) => {
    let opened;
    try {
      opened = await openManifest(store, id, folder);
    } catch (error) {
      const faults = [{ file: place + MANIFEST, detail: damageOf(error) }];
      return { manifest: null, manifestSha256: null, faults };
    }
    const { manifest, sha256 } = opened;
    const faults: ArchiveFault[] = [];
    await withDuck({ memoryBytes: limits.memoryBytes, folder: join(folder, 'duck') }, async (duck) => {
      const tree = new MerkleTree();
      for (const file of manifest.files) {
        const detail = await faultOf(store, place + file.name, file, { duck, tree, folder });
        if (detail !== null) faults.push({ file: place + file.name, detail });
      }
      const named = new Set([MANIFEST, ...manifest.files.map(({ name }) => name)]);
      for (const file of await store.names(place)) {
        if (!named.has(file.slice(place.length)))
          faults.push({ file, detail: 'The manifest does not name it.' });
      }
      if (faults.length === 0 && tree.root().toString('hex') !== manifest.root) {
        faults.push({ file: place + MANIFEST, detail: 'Its root is not that of the events in its files.' });
      }
    });
    return { manifest, manifestSha256: sha256, faults };
  });
}

/** Gives `work` a folder for copies that is deleted afterwards. */
export async function inWorkFolder<T>(store: ArchiveStore, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(await store.workFolder(), 'read-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is wrong with a file; null when nothing is. */
async function faultOf(
  store: ArchiveStore,
  name: string,
  stated: ArchivedFile,
  { duck, tree, folder }: { duck: Duck; tree: MerkleTree; folder: string },
): Promise<string | null> {
  try {
    return await store.read(name, folder, async (path) => {
      const { bytes, sha256 } = await fingerprint(path);
      if (bytes !== stated.bytes) return `It has ${bytes} bytes instead of ${stated.bytes}.`;
      if (sha256 !== stated.sha256) return 'Its bytes were changed: SHA-256 is another.';
      const { rows, firstTime, lastTime } = await readContent(duck, path, (leaf) => tree.add(leaf));
      if (rows !== stated.rows) return `It has ${rows} events instead of ${stated.rows}.`;
      if (firstTime !== stated.first_time || lastTime !== stated.last_time) {
        return `Its events are from ${firstTime} to ${lastTime}, which is not what the manifest says.`;
      }
      return null;
    });
  } catch (error) {
    return damageOf(error);
  }
}

/** The sentence about a damage; that an archive cannot be reached is none. */
function damageOf(error: unknown): string {
  if (error instanceof AppError && error.kind === 'unavailable') throw error;
  return error instanceof AppError ? error.message : `It cannot be read: ${messageOf(error)}`;
}
