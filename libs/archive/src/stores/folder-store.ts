import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileMissing, reaching } from './archive-refusals.js';
import type { ArchiveStore } from './archive-store.js';

/** Where files are made, on the same disk, so that a rename puts them into their place. */
const WORK = '.work';

/** An archive in a folder. */
export class FolderStore implements ArchiveStore {
  constructor(private readonly root: string) {}

  get location(): string {
    return this.root;
  }

  async workFolder(): Promise<string> {
    const folder = join(this.root, WORK);
    await this.reaching(() => mkdir(folder, { recursive: true, mode: 0o700 }));
    return folder;
  }

  async put(name: string, file: string): Promise<void> {
    const target = join(this.root, name);
    await this.reaching(async () => {
      await sync(file);
      const firstMade = await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await rename(file, target);
      // A folder that was made now is an entry in the one above it.
      const highest = dirname(firstMade ?? target);
      for (let at = dirname(target); ; at = dirname(at)) {
        await sync(at);
        if (at === highest) break;
      }
    });
  }

  async read<T>(name: string, _folder: string, work: (path: string) => Promise<T>): Promise<T> {
    const path = join(this.root, name);
    await this.reaching(async () => {
      if ((await stat(path).catch(notThere)) === null) throw fileMissing(name, this);
    });
    return work(path);
  }

  async names(prefix: string): Promise<string[]> {
    const within = join(this.root, prefix.slice(0, prefix.lastIndexOf('/') + 1));
    return this.reaching(async () => {
      const found = await readdir(within, { recursive: true, withFileTypes: true }).catch(notThere);
      return (found ?? [])
        .filter((entry) => entry.isFile())
        .map((entry) => relative(this.root, join(entry.parentPath, entry.name)).split(sep).join('/'))
        .filter((name) => name.startsWith(prefix))
        .sort();
    });
  }

  async remove(name: string): Promise<void> {
    await this.reaching(() => rm(join(this.root, name), { force: true }));
  }

  private reaching<T>(work: () => Promise<T>): Promise<T> {
    return reaching(`The archive in ${this.root}`, work);
  }
}

/** Waits until a file, or the entries of a folder, are on the disk. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function notThere(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
