import type { ConsumerDeclaration, DeadLetterStore } from '@mcm/contracts';
import { AppError, messageOf } from '@mcm/kernel';
import type { JetStreamClient, JetStreamManager, StreamState } from '@nats-io/jetstream';
import { Backlog } from '../../backlog.js';
import type { BusConsumer } from '../../base-event-bus.js';
import { busFull, busFullOf } from '../../consumer-registry.js';
import type { BatchHandler, ConsumerCounters, Subscription } from '../../event-bus.js';
import { GroupWriter } from '../../group-writer.js';
import type { NatsLink } from '../../nats/nats-link.js';
import { BatchLoop } from './batch-loop.js';
import { ForgottenFrames } from './forgotten-frames.js';
import { countOfSubject } from './frame.js';
import { FrameSource } from './frame-source.js';
import { FrameWriter, StreamFullError } from './frame-writer.js';
import { PartStore } from './part-store.js';
import { reconcile, type StreamDeclaration } from './stream-declaration.js';

/** What may wait for one consumer before publishing is refused. */
export interface BacklogLimits {
  messages: number;
  /** Bytes as JetStream stores them; 0 for any number. */
  bytes: number;
  /** How long the oldest message may have waited, in seconds; 0 for ever. */
  ageSeconds: number;
}

export interface JetStreamConsumerContext {
  link: NatsLink;
  jetstream: JetStreamClient;
  manager: JetStreamManager;
  /** Subjects and streams begin with it. */
  namespace: string;
  replicas: number;
  limits: BacklogLimits;
  ackWaitMs: number;
  publishTimeoutMs: number;
  writesPerSecond: number;
  deadLetters: DeadLetterStore;
  onFault: (place: string, error: unknown) => void;
}

/** Room beyond the limit, for frames that are stored again because they failed or were divided. */
const RESERVE_BYTES = 64 * 1024 * 1024;
/** A group of this part of the largest message, in characters, is worth a frame of its own. */
const FRAME_SHARE = 2;
/** Time after which parts without a frame are orphans. */
const LEFT_OVER_MS = 60_000;
/** Seconds after which asking again makes sense. */
const RETRY_AFTER_SECONDS = 2;

/** One durable consumer: its stream of frames, its writer and, while it is consumed, its loops. */
export class JetStreamConsumer implements BusConsumer {
  private readonly stream: StreamDeclaration;
  private readonly frames: FrameWriter;
  private readonly parts: PartStore;
  private readonly groups: GroupWriter;
  private readonly backlog: Backlog;
  private readonly forgotten = new ForgottenFrames();
  /** The frames for which the consumer was created again, as first and last number. */
  private handedOverAnew = '';
  /** Why nothing more is taken, apart from the number of messages; as of the last count. */
  private refusal: string | null = null;
  private consuming = false;

  constructor(
    readonly name: string,
    readonly declaration: ConsumerDeclaration,
    readonly counters: ConsumerCounters,
    private readonly context: JetStreamConsumerContext,
  ) {
    const { namespace, limits, link, jetstream, replicas, ackWaitMs } = context;
    this.stream = {
      stream: `${namespace}-${name}`,
      consumer: name,
      subject: `${namespace}.bus.${name}`,
      partSubject: `${namespace}.part.${name}`,
      maxBytes: limits.bytes === 0 ? -1 : limits.bytes + RESERVE_BYTES,
      replicas,
      ackWaitMs,
    };
    this.frames = new FrameWriter(link, jetstream, this.stream, context.publishTimeoutMs);
    this.parts = new PartStore(link, context.manager, this.stream, context.onFault);
    this.groups = new GroupWriter({
      maxMessages: declaration.batchSize,
      write: (texts) => this.frames.put(texts),
      writesPerSecond: context.writesPerSecond,
      fullCharacters: Math.floor(link.maxPayload / FRAME_SHARE),
    });
    this.backlog = new Backlog(
      limits.messages,
      () => this.count(),
      (error) => context.onFault(`backlog of ${name}`, error),
    );
  }

  /** Creates or updates what it needs in JetStream; see {@link reconcile}. */
  declare(): Promise<void> {
    return reconcile(this.context.manager, this.stream);
  }

  get consumed(): boolean {
    return this.consuming;
  }

  async lag(): Promise<number> {
    if (!this.context.link.up) throw this.unavailable('counted', this.context.link.away());
    try {
      return await this.backlog.recount();
    } catch (error) {
      throw this.unavailable('counted', error);
    }
  }

  seemsFull(): boolean {
    return this.backlog.seemsFull() || this.refusal !== null;
  }

  /** Why the server takes nothing for it although it is there; null when it does, as far as is known. */
  refused(): Promise<string | null> {
    return this.frames.refused();
  }

  async admit(messages: number): Promise<void> {
    let lag: number | null;
    try {
      lag = await this.backlog.full();
    } catch (error) {
      throw this.unavailable('stored', error);
    }
    if (lag === null && this.refusal === null) return;
    this.counters.refused += messages;
    throw lag === null
      ? busFullOf(this.name, this.refusal!)
      : busFull(this.name, lag, this.context.limits.messages);
  }

  async store(texts: readonly string[]): Promise<void> {
    this.backlog.add(texts.length);
    try {
      await this.groups.add(texts);
    } catch (error) {
      this.backlog.add(-texts.length);
      if (!(error instanceof StreamFullError)) throw this.unavailable('stored', error);
      this.counters.refused += texts.length;
      throw busFullOf(this.name, `the stream ${this.stream.stream} has no room: ${error.message}`);
    }
    this.counters.published += texts.length;
  }

  async consume(handler: BatchHandler<unknown>): Promise<Subscription> {
    this.consuming = true;
    const { link, ackWaitMs, deadLetters, onFault } = this.context;
    const loops = Array.from(
      { length: this.declaration.concurrency },
      () =>
        new BatchLoop({
          source: new FrameSource(link, this.stream.stream, this.stream.consumer),
          writer: this.frames,
          parts: this.parts,
          consumer: this.name,
          declaration: this.declaration,
          handler,
          deadLetters,
          counters: this.counters,
          ackWaitMs,
          onSettled: (messages) => this.backlog.add(-messages),
          onFault,
        }),
    );
    let closing: Promise<void> | undefined;
    return {
      close: () =>
        (closing ??= Promise.all(loops.map((loop) => loop.stop())).then(() => {
          this.consuming = false;
        })),
    };
  }

  close(): Promise<void> {
    return this.groups.flush();
  }

  /** Counts what waits, by the subjects of the frames, and looks at the other limits. */
  private async count(): Promise<number> {
    const { limits } = this.context;
    const state = await this.context.link.whileUp(this.streamState());
    const waitsSince = state.messages === 0 ? Infinity : Date.parse(state.first_ts);
    const age = (Date.now() - waitsSince) / 1000;
    this.refusal = null;
    if (limits.bytes > 0 && state.bytes >= limits.bytes)
      this.refusal = `${state.bytes} bytes wait, the limit is ${limits.bytes}`;
    else if (limits.ageSeconds > 0 && age >= limits.ageSeconds)
      this.refusal = `the oldest message has waited for ${Math.floor(age)} s, the limit is ${limits.ageSeconds} s`;
    return messagesIn(state);
  }

  private async streamState(): Promise<StreamState> {
    const { streams, consumers } = this.context.manager;
    const { stream, consumer, subject } = this.stream;
    const filter = { subjects_filter: `${subject}.*` };
    const [{ state }, info] = await Promise.all([
      streams.info(stream, filter),
      consumers.info(stream, consumer),
    ]);
    const done = info.ack_floor;
    const left = state.messages > 0;
    if (left && messagesIn(state) === 0) {
      // Parts without their frame, from a process that died before it came to it or before it had removed them.
      if (Date.now() - Date.parse(state.last_ts) > LEFT_OVER_MS) await this.parts.clear();
    } else if (this.forgotten.noticed(state, info)) {
      await this.recover(state);
    } else if (left && state.first_seq <= done.stream_seq) {
      // A server that was killed may have forgotten that it had removed what was acknowledged: that would stay for ever.
      await streams.purge(stream, { filter: filter.subjects_filter, seq: done.stream_seq + 1 });
      return (await streams.info(stream, filter)).state;
    }
    return state;
  }

  /**
   * Frames are left that the server never hands over. A new consumer gets all frames that are there: what was handled is
   * handled once more, nothing is lost. What is left even when that one has had everything acknowledged is a miscount of
   * the server.
   */
  private async recover({ messages, first_seq, last_seq }: StreamState): Promise<void> {
    const { streams, consumers } = this.context.manager;
    const { stream, consumer } = this.stream;
    const left = `${first_seq} ${last_seq}`;
    const again = this.handedOverAnew === left;
    if (again) {
      await streams.purge(stream, { seq: last_seq + 1 });
    } else {
      await consumers.delete(stream, consumer);
      await this.declare();
    }
    this.handedOverAnew = again ? '' : left;
    this.context.onFault(
      `consumer ${consumer}`,
      new Error(
        again
          ? `${stream} counts ${messages} frames that were handed over and acknowledged twice; it was cleared`
          : `${messages} frames of ${stream} were never handed over; the consumer was created again`,
      ),
    );
  }

  private unavailable(what: 'stored' | 'counted', error: unknown): AppError {
    if (error instanceof AppError && error.code.startsWith('BUS.')) return error;
    return new AppError(
      'unavailable',
      'BUS.STORE_UNAVAILABLE',
      `Messages for ${this.name} could not be ${what}: ${messageOf(error)}`,
      { retryAfterSeconds: RETRY_AFTER_SECONDS, cause: error },
    );
  }
}

/** Messages in the frames of a stream, as their subjects say it. */
function messagesIn({ subjects }: StreamState): number {
  let sum = 0;
  for (const [subject, frames] of Object.entries(subjects ?? {})) sum += countOfSubject(subject) * frames;
  return sum;
}
