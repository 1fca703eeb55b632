import type { Subscription } from '../event-bus.js';

/** A message that a producer has put onto the subject for events. */
export interface IngestMessage {
  readonly data: Uint8Array;
  /** Lower-case names; where a name has several values, the first. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the producer waits for an answer. */
  readonly wantsAnswer: boolean;
  /** Sends the answer as JSON; does nothing when the producer does not wait, or no longer waits. */
  answer(value: unknown): void;
}

export interface IngestHandlers {
  /** Takes what has come meanwhile. It must not throw; as long as it runs, more gathers for the next call. */
  take(messages: readonly IngestMessage[]): Promise<void>;
  /** There is no room for this message: it is forgotten afterwards. */
  overflow(message: IngestMessage): void;
}

/**
 * The subject onto which producers put events with any client of NATS. Of all processes that receive, one gets each
 * message. Messages are not kept anywhere until they are taken: only an answer promises something to the producer.
 */
export interface IngestSubject {
  /** Closing takes nothing new and waits for the handlers that run. */
  receive(handlers: IngestHandlers): Promise<Subscription>;
  close(): Promise<void>;
}
