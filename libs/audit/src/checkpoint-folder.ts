import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Most checkpoints that are read for a check, the latest; older ones are confirmed by them. */
const READ_MAX = 1000;
/** Files of checkpoints sort by time. */
const FILE = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z-\d+\.txt$/;

/** A folder that signed checkpoints are published to. Nothing there is ever changed or deleted by the product. */
export class CheckpointFolder {
  constructor(readonly path: string) {}

  /** Adds a signed checkpoint. */
  async publish(note: string, { size, at }: { size: number; at: Date }): Promise<void> {
    await mkdir(this.path, { recursive: true });
    const name = `${at.toISOString().replaceAll(/[:.]/g, '-')}-${size}.txt`;
    const draft = join(this.path, `.${name}.draft`);
    await writeFile(draft, note, { mode: 0o644 });
    await rename(draft, join(this.path, name));
  }

  /** The signed checkpoints, the oldest first; none when the folder does not exist. */
  async notes(): Promise<string[]> {
    return Promise.all(
      (await this.names()).slice(-READ_MAX).map((name) => readFile(join(this.path, name), 'utf8')),
    );
  }

  /** The last one that `open` accepts; null when there is none. */
  async latest<T>(open: (note: string) => T | null): Promise<T | null> {
    for (const name of (await this.names()).reverse()) {
      const opened = open(await readFile(join(this.path, name), 'utf8'));
      if (opened !== null) return opened;
    }
    return null;
  }

  private async names(): Promise<string[]> {
    try {
      return (await readdir(this.path)).filter((name) => FILE.test(name)).sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }
}
