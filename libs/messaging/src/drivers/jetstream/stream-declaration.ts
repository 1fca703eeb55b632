import { AppError, messageOf } from '@mcm/kernel';
import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  ReplayPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';

/** What a durable consumer of the bus needs in JetStream: a stream of its own, and one durable pull consumer on it. */
export interface StreamDeclaration {
  /** Name of the stream. */
  stream: string;
  /** Name of the pull consumer. */
  consumer: string;
  /** Subjects of its frames begin with this, a number follows. */
  subject: string;
  /** Subjects of the parts of messages that are too large begin with this, an id and a number follow. */
  partSubject: string;
  /** Bytes that the stream may hold; -1 for any number. */
  maxBytes: number;
  replicas: number;
  /** Time after which frames are delivered again when they were not acknowledged. */
  ackWaitMs: number;
}

/** How long the server knows the ids of messages, so that one sent again after a doubt is stored once. */
const DUPLICATES_MS = 120_000;
/** Frames that may be under way or put off at a time. */
const MAX_ACK_PENDING = 20_000;

function streamConfig({ stream, subject, partSubject, maxBytes, replicas }: StreamDeclaration) {
  return {
    name: stream,
    subjects: [`${subject}.*`, `${partSubject}.>`],
    // What is acknowledged is gone; what is not stays, and when there is no room publishers are told so.
    retention: RetentionPolicy.Workqueue,
    discard: DiscardPolicy.New,
    storage: StorageType.File,
    num_replicas: replicas,
    max_bytes: maxBytes,
    max_msgs: -1,
    max_age: 0,
    max_msg_size: -1,
    // Parts are fetched by their subjects.
    allow_direct: true,
    duplicate_window: nanos(DUPLICATES_MS),
  } satisfies Partial<StreamConfig>;
}

function consumerConfig({ consumer, subject, ackWaitMs }: StreamDeclaration) {
  return {
    durable_name: consumer,
    filter_subject: `${subject}.*`,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    replay_policy: ReplayPolicy.Instant,
    ack_wait: nanos(ackWaitMs),
    // Who gives up, and after how many tries, is decided by the code that all drivers share.
    max_deliver: -1,
    max_ack_pending: MAX_ACK_PENDING,
  } satisfies Partial<ConsumerConfig>;
}

/**
 * Makes JetStream be as declared: creates what is missing and changes what may be changed. Several processes may do so
 * concurrently. Rejects with `BUS.TOPOLOGY_CONFLICT` (kind `conflict`), which names stream and setting, when something is there
 * that cannot be changed, or not by this user.
 */
export async function reconcile(manager: JetStreamManager, declaration: StreamDeclaration): Promise<void> {
  const { stream, consumer } = declaration;
  const wantedStream = streamConfig(declaration);
  await bringAbout(`The stream ${stream}`, wantedStream, {
    find: async () => (await manager.streams.info(stream)).config,
    create: () => manager.streams.add(wantedStream),
    update: () => manager.streams.update(stream, wantedStream),
  });
  const wantedConsumer = consumerConfig(declaration);
  await bringAbout(`The consumer ${consumer} of the stream ${stream}`, wantedConsumer, {
    find: async () => (await manager.consumers.info(stream, consumer)).config,
    create: () => manager.consumers.add(stream, wantedConsumer),
    update: () => manager.consumers.update(stream, consumer, wantedConsumer),
  });
}

interface Handles {
  find: () => Promise<object>;
  create: () => Promise<unknown>;
  update: () => Promise<unknown>;
}

async function bringAbout(what: string, wanted: object, { find, create, update }: Handles): Promise<void> {
  const found = await find().catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  const differences = found === null ? [] : differencesOf(wanted, found);
  if (found !== null && differences.length === 0) return;
  try {
    await (found === null ? create() : update());
  } catch (error) {
    if (!(error instanceof JetStreamApiError)) throw error;
    throw conflict(
      found === null
        ? `${what} cannot be created: ${messageOf(error)}`
        : `${what} is other than declared and cannot be changed (${messageOf(error)}): ${differences.join('; ')}`,
      error,
    );
  }
  const left = differencesOf(wanted, await find());
  if (left.length > 0) throw conflict(`${what} stays other than declared: ${left.join('; ')}`);
}

function conflict(message: string, cause?: unknown): AppError {
  return new AppError('conflict', 'BUS.TOPOLOGY_CONFLICT', message, { cause });
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof JetStreamApiError &&
    (error.code === JetStreamApiCodes.StreamNotFound || error.code === JetStreamApiCodes.ConsumerNotFound)
  );
}

/** Settings that are declared and differ, with both values. Others are the server's business. */
function differencesOf(wanted: object, found: object): string[] {
  return Object.entries(wanted).flatMap(([name, value]) => {
    const is = JSON.stringify((found as Record<string, unknown>)[name]);
    const should = JSON.stringify(value);
    return is === should ? [] : [`${name} is ${is}, declared is ${should}`];
  });
}
