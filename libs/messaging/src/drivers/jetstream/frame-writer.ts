import { messageOf, newId } from '@mcm/kernel';
import { type JetStreamClient, JetStreamApiError, type JetStreamPublishOptions } from '@nats-io/jetstream';
import { TimeoutError } from '@nats-io/transport-node';
import type { NatsLink } from '../../nats/nats-link.js';
import { arrayBytes } from '../../message-text.js';
import { type FrameHistory, frameHeaders, type FrameLabel, type FrameParts, NO_HISTORY } from './frame.js';

/** Bytes that headers may take of the largest message. */
const HEADER_ROOM = 4096;
const UNLABELLED: FrameLabel = { history: NO_HISTORY, due: null, parts: null };
/** Time between two tries while the server is there but does not store. */
const PAUSE_MS = 100;
/** Time for one answer. */
const ANSWER_MS = 2_000;
/** Time for the answer to a probe; the caller waits for two seconds. */
const PROBE_MS = 1_500;

/**
 * Codes of JetStream that mean that there is no room: resources exceeded (10023), store failed, which is what a full stream
 * says (10077), insufficient storage (10047), account limits (10002).
 */
const NO_ROOM: ReadonlySet<number> = new Set([10002, 10023, 10047, 10077]);

/** The stream takes nothing more until something of it was handled. */
export class StreamFullError extends Error {
  override readonly name = 'StreamFullError';
}

/** Stores frames for one consumer of the bus, each of them once. */
export class FrameWriter {
  /** Why the server took nothing at the last try although it is there; null when it did, or has not been tried. */
  private refusal: string | null = null;

  constructor(
    private readonly link: NatsLink,
    private readonly jetstream: JetStreamClient,
    private readonly subjects: { subject: string; partSubject: string },
    private readonly timeoutMs: number,
  ) {}

  /**
   * Resolves when all texts are stored, in as many frames as the server's largest message makes necessary. Rejects with
   * StreamFullError, or an `AppError` of kind `unavailable` when the server does not answer in time.
   */
  async put(
    texts: readonly string[],
    history: FrameHistory = NO_HISTORY,
    due: number | null = null,
  ): Promise<void> {
    const data = arrayBytes(texts);
    if (data.length + HEADER_ROOM <= this.link.maxPayload) {
      const label = { history, due, parts: null };
      await this.store(`${this.subjects.subject}.${texts.length}`, data, label);
      return;
    }
    if (texts.length === 1) {
      const parts = await this.storeParts(data);
      await this.store(`${this.subjects.subject}.1`, '', { history, due, parts });
      return;
    }
    const middle = Math.ceil(texts.length / 2);
    await this.put(texts.slice(0, middle), history, due);
    await this.put(texts.slice(middle), history, due);
  }

  /**
   * Why nothing can be stored; null when something can. Asks only after a write that was refused: with a frame that holds
   * no messages, which is small and gone as soon as it is handed over.
   */
  async refused(): Promise<string | null> {
    if (this.refusal === null || !this.link.up) return null;
    await this.publish(`${this.subjects.subject}.0`, '[]', { msgID: newId(), timeout: PROBE_MS }).catch(
      () => undefined,
    );
    return this.refusal;
  }

  /** A message that is larger than the server takes goes beside the frame, in parts, which its consumer removes. */
  private async storeParts(data: Uint8Array): Promise<FrameParts> {
    const id = newId();
    const size = this.link.maxPayload - HEADER_ROOM;
    const count = Math.ceil(data.length / size);
    for (let part = 0; part < count; part += 1) {
      const piece = data.subarray(part * size, (part + 1) * size);
      await this.store(`${this.subjects.partSubject}.${id}.${part}`, piece, UNLABELLED);
    }
    return { id, count };
  }

  /** Tries until the time is up. The server knows a frame that it has stored already by its id. */
  private async store(subject: string, data: Uint8Array | string, label: FrameLabel): Promise<void> {
    const deadline = performance.now() + this.timeoutMs;
    const msgID = newId();
    for (;;) {
      try {
        await this.link.untilUp(Math.max(1, deadline - performance.now()));
        const headers = frameHeaders(label);
        await this.publish(subject, data, { msgID, timeout: ANSWER_MS, ...(headers && { headers }) });
        return;
      } catch (error) {
        if (error instanceof JetStreamApiError && NO_ROOM.has(error.code)) {
          throw new StreamFullError(messageOf(error), { cause: error });
        }
        if (performance.now() + PAUSE_MS > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  private async publish(
    subject: string,
    data: Uint8Array | string,
    options: Partial<JetStreamPublishOptions>,
  ): Promise<void> {
    try {
      await this.link.whileUp(this.jetstream.publish(subject, data, options));
      this.refusal = null;
    } catch (error) {
      if (this.link.up) this.refusal = refusalOf(error);
      throw error;
    }
  }
}

/**
 * A server of version 2.15 whose disk was full says nothing at all to what it does not store, and goes on like that for
 * streams that it could not write until it is restarted, however much room there is then (2.10 recovers by itself).
 */
function refusalOf(error: unknown): string {
  if (!(error instanceof TimeoutError)) return messageOf(error);
  return 'the server does not confirm what it is sent; if its disk was full, it may have to be restarted';
}
