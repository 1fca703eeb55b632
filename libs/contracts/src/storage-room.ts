/** Whether there is room for what producers send. */
export interface StorageRoom {
  /** Rejects with `STORAGE.LOW` (kind `unavailable`, with `retryAfterSeconds`) and the reason when there is none. */
  assertRoom(): Promise<void>;
}
export const STORAGE_ROOM = Symbol('StorageRoom');
