/** A message that will not be delivered again by itself, kept with the reason. */
export interface DeadLetter {
  /** `bus` for a message that a consumer could not take, `ingest` for an item refused on the way in. */
  origin: 'bus' | 'ingest';
  /** Subject, or source for `ingest`. */
  subject: string;
  /** Consumer that gave up; `accept-events` or `accept-messages` for `ingest`. */
  consumer: string;
  /** Stable code, `AREA.REASON`. */
  code: string;
  /** For people: names the field, item or error. */
  reason: string;
  /** The message as JSON text where it is JSON, else as received (NUL bytes shown as U+FFFD), cut at a limit. */
  message: string;
  /** True when `message` was cut. */
  truncated: boolean;
  tries: number;
  /** ISO 8601, UTC. */
  failed_at: string;
  /** For `ingest`: the sender of the item had proved itself, by a signature or a secret, when it came. */
  verified?: boolean;
  /** For `ingest`: headers that belong to the item and are not in its message. */
  headers?: Readonly<Record<string, string>>;
}

/** Keeps dead letters. `add` resolves when they are stored durably. */
export interface DeadLetterStore {
  add(letters: readonly DeadLetter[]): Promise<void>;
}
export const DEAD_LETTER_STORE = Symbol('DeadLetterStore');
