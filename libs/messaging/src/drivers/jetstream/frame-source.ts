import { AppError } from '@mcm/kernel';
import { createInbox, type Msg, nanos, type Subscription } from '@nats-io/transport-node';
import { type NatsLink, SERVICE_INBOX } from '../../nats/nats-link.js';
import { ReceivedFrame } from './received-frame.js';

/** Time for which the server keeps a question open; it is asked again afterwards. */
const WAIT_MS = 5_000;
/** Time beyond which an answer of the server is not waited for. */
const GRACE_MS = 1_000;
/** Bytes of frames that are asked for together. */
const GATHER_BYTES = 1024 * 1024;

interface Question {
  wanted: number;
  received: ReceivedFrame[];
  end: (error?: AppError) => void;
}

/**
 * Asks a pull consumer of JetStream for frames, never for more than can be handed over next. The client library's
 * `fetch` waits for a whole batch or for time; here one frame is waited for, and then what is there already is taken.
 */
export class FrameSource {
  private readonly subscription: Subscription;
  private readonly inbox = createInbox(SERVICE_INBOX);
  private readonly api: string;
  private readonly unasked: ReceivedFrame[] = [];
  private question: Question | null = null;
  private interrupted = false;

  constructor(
    private readonly link: NatsLink,
    private readonly stream: string,
    private readonly consumer: string,
  ) {
    this.api = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
    this.subscription = link.connection.subscribe(this.inbox, {
      callback: (error, message) => {
        if (error) this.question?.end(this.refused(error.message));
        else this.take(message);
      },
    });
  }

  /** Waits for a frame; none when nothing came for a while, when the connection was lost, or after `interrupt`. */
  async next(): Promise<ReceivedFrame[]> {
    await this.link.untilUp(WAIT_MS);
    return this.ask(1, { expires: nanos(WAIT_MS) }, WAIT_MS + GRACE_MS);
  }

  /** What is there now, at most `count` frames. */
  more(count: number): Promise<ReceivedFrame[]> {
    return this.ask(count, { no_wait: true, max_bytes: GATHER_BYTES }, GRACE_MS);
  }

  /** Ends the present question and all later ones. */
  interrupt(): void {
    this.interrupted = true;
    this.question?.end();
  }

  /** Asks nothing any more. Resolves with frames that came unasked meanwhile: they are to be put back. */
  async close(): Promise<ReceivedFrame[]> {
    this.interrupt();
    if (this.link.up) await this.link.whileUp(this.subscription.drain()).catch(() => undefined);
    else this.subscription.unsubscribe();
    return this.unasked.splice(0);
  }

  private async ask(wanted: number, how: object, timeoutMs: number): Promise<ReceivedFrame[]> {
    if (this.unasked.length > 0) return this.unasked.splice(0, wanted);
    if (this.interrupted || !this.link.up) return [];
    const received: ReceivedFrame[] = [];
    const answered = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, timeoutMs);
      const end = (error?: AppError): void => {
        clearTimeout(timer);
        this.question = null;
        if (error) reject(error);
        else resolve();
      };
      this.question = { wanted, received, end };
    });
    this.link.connection.publish(this.api, JSON.stringify({ batch: wanted, ...how }), { reply: this.inbox });
    try {
      await this.link.whileUp(answered);
    } catch (error) {
      if (this.link.up) throw error;
    } finally {
      this.question?.end();
    }
    return received;
  }

  private take(message: Msg): void {
    // What the server says about a question has no reply subject to acknowledge it.
    if (!message.reply?.startsWith('$JS.ACK.')) {
      this.onStatus(message);
      return;
    }
    const frame = new ReceivedFrame(message, this.link);
    if (!this.question) {
      this.unasked.push(frame);
      return;
    }
    this.question.received.push(frame);
    if (this.question.received.length >= this.question.wanted) this.question.end();
  }

  private onStatus(message: Msg): void {
    const code = message.headers?.code ?? 0;
    switch (code) {
      // No messages; the time is up, or there are no more; the next one is too large to go with the others.
      case 404:
      case 408:
        this.question?.end();
        return;
      case 409:
        if (/max ?bytes/i.test(message.headers?.description ?? '')) this.question?.end();
        else this.question?.end(this.refused(message.headers?.description ?? 'no reason given'));
        return;
      // No responders: the stream or the consumer is gone, or JetStream is not ready yet.
      case 503:
        this.question?.end(this.refused('no responders'));
        return;
      default:
    }
  }

  private refused(why: string): AppError {
    return new AppError(
      'unavailable',
      'BUS.STORE_UNAVAILABLE',
      `The consumer ${this.consumer} of the stream ${this.stream} hands nothing over: ${why}`,
    );
  }
}
