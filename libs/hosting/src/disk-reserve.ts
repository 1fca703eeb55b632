import { statfs } from 'node:fs/promises';
import type { DataDisk, StorageRoom } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import type { HealthRegistry, MetricsRegistry } from '@mcm/platform';

/** What `DATA_DISK_RESERVE` may say: a share of the disk (`5%`), or a size (`500MB`, `2 GB`). */
export const DISK_RESERVE_FORM = /^(\d+(?:\.\d+)?)\s?(%|kB|MB|GB|TB)$/i;

const UNITS: Readonly<Record<string, number>> = { kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 };
/** Without a setting: this share of the disk, and no more than so many bytes of a large one. */
const DEFAULT_SHARE = 0.05;
const DEFAULT_BYTES = 1e9;
/** Milliseconds for which a look at the disk is good. At 20 MB/s it fills by some tens of megabytes meanwhile. */
const FRESH_MS = 2_000;
const RETRY_AFTER_SECONDS = 30;

/**
 * Keeps a part of the disk under a folder free, so that what has been accepted can be stored and the server does not die of
 * a full disk: below the reserve nothing further is taken in, everything else goes on.
 */
export class DiskReserve implements StorageRoom {
  private seen: { at: number; state: Promise<DataDisk> } | undefined;

  /** @param setting in the form of {@link DISK_RESERVE_FORM}; empty for 5 % of the disk, at most 1 GB */
  constructor(
    private readonly folder: string,
    private readonly setting: string,
  ) {}

  async assertRoom(): Promise<void> {
    const { free, size, reserve } = await this.disk();
    if (free >= reserve) return;
    throw new AppError(
      'unavailable',
      'STORAGE.LOW',
      `The disk with ${this.folder} has ${inWords(free)} of ${inWords(size)} left, less than the reserve of ` +
        `${inWords(reserve)} (DATA_DISK_RESERVE). Events are taken again when there is room; reading goes on.`,
      { retryAfterSeconds: RETRY_AFTER_SECONDS },
    );
  }

  /** Shows how much is left where the process shows its state. */
  watch({ health, metrics }: { health?: HealthRegistry; metrics?: MetricsRegistry }): void {
    health?.register('disk', () => this.assertRoom());
    const figures = [
      ['free', 'Bytes that are left on the disk of the data folder'],
      ['reserve', 'Bytes of that below which no further events are taken'],
      ['size', 'Size of the disk of the data folder'],
    ] as const;
    for (const [figure, help] of figures) {
      metrics?.gauge(`mcm_data_disk_${figure}_bytes`, help, [], async (gauge) =>
        gauge.set((await this.disk())[figure]),
      );
    }
  }

  /** The disk as it was two seconds ago at most. */
  disk(): Promise<DataDisk> {
    const now = performance.now();
    if (this.seen === undefined || now - this.seen.at > FRESH_MS) {
      this.seen = { at: now, state: this.poll() };
    }
    return this.seen.state;
  }

  private async poll(): Promise<DataDisk> {
    const { bavail, blocks, bsize } = await statfs(this.folder);
    const size = blocks * bsize;
    return { free: bavail * bsize, size, reserve: this.reserveOf(size) };
  }

  private reserveOf(size: number): number {
    const [, number, unit] = DISK_RESERVE_FORM.exec(this.setting) ?? [];
    if (number === undefined || unit === undefined) return Math.min(DEFAULT_SHARE * size, DEFAULT_BYTES);
    return unit === '%' ? (Number(number) / 100) * size : Number(number) * UNITS[unit.toLowerCase()]!;
  }
}

/** Where the process does not know the disk of its data: that of a server of its own shows when it refuses writes. */
export const UNWATCHED_DISK: StorageRoom = {
  assertRoom: () => Promise.resolve(),
  disk: () => Promise.resolve(null),
};

function inWords(bytes: number): string {
  const [unit, name] = bytes >= 1e9 ? [1e9, 'GB'] : [1e6, 'MB'];
  return `${(bytes / unit).toFixed(bytes >= 1e9 ? 1 : 0)} ${name}`;
}
