import { AppError, messageOf } from '@mcm/kernel';
import type { Msg } from '@nats-io/transport-node';
import type { NatsLink } from '../../nats/nats-link.js';
import { countOfSubject, type FrameHistory, type FrameParts, readFrameHeaders } from './frame.js';

/** Long enough for a server that is busy, short against the time after which a frame comes again. */
const ACK_MS = 2_000;

/** Batches are put off by no more than this: what is due later comes from a process whose clock is wrong. */
const LONGEST_WAIT_MS = 30_000;

/** A frame as the server handed it over, and what can be said about it to the server. */
export class ReceivedFrame {
  /** What is known of it; deaths include those that the server has seen. */
  readonly history: FrameHistory;
  /** Where its message is when it is not in the frame itself. */
  readonly parts: FrameParts | null;
  /** Frames that wait behind it, as far as the server knows. */
  readonly waiting: number;
  /** Number of messages as the subject says it. */
  readonly announced: number;
  private readonly due: number | null;
  private readonly deliveries: number;
  private data: Uint8Array;
  private fresh: unknown[] | undefined;
  /** Number of messages. */
  size = 0;
  /** Why it holds no messages of ours. */
  fault: AppError | null = null;

  constructor(
    private readonly message: Msg,
    private readonly link: NatsLink,
  ) {
    const { deliveries, waiting } = deliveryOf(message.reply ?? '');
    const { history, due, parts } = readFrameHeaders(message.headers);
    this.deliveries = deliveries;
    this.waiting = waiting;
    this.due = due;
    this.parts = parts;
    this.data = message.data;
    this.announced = countOfSubject(message.subject);
    // A frame that came before its time was handed back once; every other delivery before this one ended with a death.
    const others = deliveries - 1 - (due === null ? 0 : 1);
    this.history = { ...history, deaths: history.deaths + Math.max(0, others) };
  }

  /** Reads the messages; afterwards {@link size} or {@link fault} is set. `fetch` gets what is stored beside the frame. */
  async read(fetch: (parts: FrameParts) => Promise<Uint8Array | null>): Promise<void> {
    if (this.parts) {
      const data = await fetch(this.parts);
      if (data === null) {
        this.fault = malformed('names parts that are not there');
        return;
      }
      this.data = data;
    }
    try {
      const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(this.data));
      if (Array.isArray(value)) {
        this.fresh = value as unknown[];
        this.size = value.length;
      } else this.fault = malformed('is no list of messages');
    } catch (error) {
      this.fault = malformed(`is not JSON: ${messageOf(error)}`, error);
    }
  }

  /** As text, also where it is none. */
  get text(): string {
    return new TextDecoder().decode(this.data);
  }

  /** The messages, parsed afresh with each call. */
  messages(): unknown[] {
    const messages = this.fresh ?? (JSON.parse(this.text) as unknown[]);
    this.fresh = undefined;
    return messages;
  }

  /** Milliseconds until it may be handled; 0 when it may be now. */
  earlyBy(now: number): number {
    if (this.due === null || this.deliveries > 1) return 0;
    return Math.min(LONGEST_WAIT_MS, Math.max(0, this.due - now));
  }

  sameHistory(other: ReceivedFrame): boolean {
    const [a, b] = [this.history, other.history];
    return a.failures === b.failures && a.postponements === b.postponements && a.deaths === b.deaths;
  }

  /** More time, please. */
  working(): void {
    this.respond('+WPI');
  }

  /** Again, after so many milliseconds. */
  handBack(delayMs: number): void {
    this.respond(`-NAK {"delay":${Math.ceil(delayMs) * 1_000_000}}`);
  }

  /** Done; no answer is waited for. */
  acknowledge(): void {
    this.respond('+ACK');
  }

  /** Never again, because it cannot be read. */
  terminate(): void {
    this.respond('+TERM');
  }

  /** Done; resolves when the server knows it, and what was said of other frames before. */
  async acknowledged(): Promise<void> {
    await this.link.whileUp(
      this.link.connection.request(this.message.reply ?? '', '+ACK', { timeout: ACK_MS }),
    );
  }

  // The acknowledgements of JetStream: https://docs.nats.io/reference/reference-protocols/nats_api_reference
  private respond(word: string): void {
    if (this.link.up) this.message.respond(word);
  }
}

function malformed(what: string, cause?: unknown): AppError {
  return new AppError('invalid', 'BUS.MALFORMED', `What came on the subject ${what}`, { cause });
}

/**
 * What the reply subject of a message tells: `$JS.ACK.<stream>.<consumer>.<deliveries>.<sequence>.<sequence>.<time>.<waiting>`,
 * since NATS 2.11 perhaps with domain and account before the stream and a further part at the end.
 */
function deliveryOf(reply: string): { deliveries: number; waiting: number } {
  const parts = reply.split('.');
  const from = parts.length === 9 ? 4 : 6;
  return { deliveries: Number(parts[from] ?? 1), waiting: Number(parts[from + 4] ?? 0) };
}
