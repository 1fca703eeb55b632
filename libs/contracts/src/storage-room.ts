/** Whether there is room for what producers send. */
export interface StorageRoom {
  /** Rejects with `STORAGE.LOW` (kind `unavailable`, with `retryAfterSeconds`) and the reason when there is none. */
  assertRoom(): Promise<void>;
  /** The disk that the data is on; null where the process does not see it. */
  disk(): Promise<DataDisk | null>;
}

/** The disk that the data is on, in bytes. */
export interface DataDisk {
  size: number;
  /** What may still be written. */
  free: number;
  /** What stays free: below it nothing further is taken in. */
  reserve: number;
}
export const STORAGE_ROOM = Symbol('StorageRoom');
