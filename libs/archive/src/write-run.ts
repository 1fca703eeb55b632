import { createHash } from 'node:crypto';
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, MerkleTree } from '@mcm/kernel';
import { type Duck, withDuck } from './duck.js';
import type { EventRange } from './event-row.js';
import { fingerprint } from './fingerprint.js';
import { type ArchivedFile, FORMAT, type Manifest, manifestText } from './manifest.js';
import { readContent, writeParquet } from './parquet.js';
import { MANIFEST, runFolder } from './run-name.js';
import type { ArchiveStore } from './stores/archive-store.js';
import { type TextPart, textParts } from './text-parts.js';

/** How much of the machine the archive may use. */
export interface ArchiveLimits {
  /** Bytes of memory for DuckDB. */
  memoryBytes: number;
  /** Bytes of text from which on a further file is begun. */
  partBytes: number;
}

/** A run to be written. */
export interface NewRun extends EventRange {
  /** From 1. */
  run: number;
  /** When it is archived. */
  at: Date;
  /** The result of `eventLines`. */
  lines: AsyncIterable<Buffer>;
}

/** A run that is in the archive. */
export interface WrittenRun {
  manifest: Manifest;
  /** SHA-256 of the manifest's text. */
  manifestSha256: string;
  /** Bytes of all files. */
  bytes: number;
}

/**
 * Writes a run to the archive: its files, and last its manifest. What an earlier try left is removed first. Each file is read
 * again before it is stored; that its events have the hashes that PostgreSQL gave them is part of that.
 *
 * @throws AppError `ARCHIVE.CONTENT_DIFFERS`; the store's
 */
export async function writeRun(
  store: ArchiveStore,
  { day, run, afterId, throughId, at, lines }: NewRun,
  limits: ArchiveLimits,
): Promise<WrittenRun> {
  const place = runFolder({ day, run });
  // Without its manifest a run counts for nothing, so that goes first.
  await store.remove(place + MANIFEST);
  for (const name of await store.names(place)) await store.remove(name);

  const folder = await mkdtemp(join(await store.workFolder(), 'run-'));
  try {
    return await withDuck({ memoryBytes: limits.memoryBytes, folder: join(folder, 'duck') }, async (duck) => {
      // The hashes of the events, one after the other, as PostgreSQL gave them and as the files have them.
      const given = createHash('sha256');
      const found = createHash('sha256');
      const tree = new MerkleTree();
      const onFound = (leaf: Buffer) => {
        found.update(leaf);
        tree.add(leaf);
      };
      const files: ArchivedFile[] = [];
      const parts = textParts(lines, { folder, partBytes: limits.partBytes }, (leaf) => given.update(leaf));
      await inPairs(parts, async (part) => {
        const name = `${String(files.length + 1).padStart(4, '0')}.parquet`;
        const { path, file } = await makeFile(duck, part, onFound);
        await store.put(place + name, path);
        files.push({ name, ...file });
      });
      if (!given.digest().equals(found.digest())) {
        throw new AppError(
          'internal',
          'ARCHIVE.CONTENT_DIFFERS',
          `The files of ${day} would not hold what the database holds.`,
        );
      }
      const manifest: Manifest = {
        format: FORMAT,
        day,
        run,
        after_id: afterId,
        through_id: throughId,
        rows: tree.size,
        // The lines come in the order of their time.
        first_time: files[0]?.first_time ?? null,
        last_time: files.at(-1)?.last_time ?? null,
        root: tree.root().toString('hex'),
        files,
        archived_at: at.toISOString(),
      };
      const { text, sha256 } = manifestText(manifest);
      const draft = join(folder, MANIFEST);
      await writeFile(draft, text, { mode: 0o600 });
      await store.put(place + MANIFEST, draft);
      return { manifest, manifestSha256: sha256, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Turns a part into a file and reads that. */
async function makeFile(
  duck: Duck,
  part: TextPart,
  onLeaf: (leaf: Buffer) => void,
): Promise<{ path: string; file: Omit<ArchivedFile, 'name'> }> {
  const path = `${part.path}.parquet`;
  await writeParquet(duck, part, path);
  await unlink(part.path);
  const { rows, firstTime, lastTime } = await readContent(duck, path, onLeaf);
  const print = await fingerprint(path);
  // A part has a line at least.
  return { path, file: { rows, ...print, first_time: firstTime!, last_time: lastTime! } };
}

/** Works on one after the other, while the next is already being made. */
async function inPairs<T>(items: AsyncIterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  let working: Promise<void> = Promise.resolve();
  try {
    for await (const item of items) {
      await working;
      working = work(item);
      // Awaited with the next one; until then a failure is not unhandled.
      working.catch(() => undefined);
    }
  } finally {
    // Also when the items end with an error: what it works with is deleted afterwards.
    await working.catch(() => undefined);
  }
  await working;
}
