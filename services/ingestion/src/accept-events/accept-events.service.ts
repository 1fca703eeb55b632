import type {
  DeadLetter,
  DeadLetterStore,
  EventEnvelope,
  EventIntake,
  EventSubmission,
  IntakeReceipt,
  StorageRoom,
} from '@mcm/contracts';
import { NATIVE_SOURCE, STORAGE_ROOM, SOURCE_NOT_ALLOWED } from '@mcm/contracts';
import { AppError, type Clock, isGzip } from '@mcm/kernel';
import { EVENT_BUS, type EventBus } from '@mcm/messaging';
import { DeadLetterReader } from '@mcm/persistence';
import { CLOCK, inSpan, MetricsRegistry, traceCarrier } from '@mcm/platform';
import { faultAt, type ItemFault, type Source, SourceList } from '@mcm/sources';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { IngestionConfig } from '../ingestion.config.js';
import { RefusedItems } from '../keep-refused/refused-items.js';
import { BodyReader, type OpenBody, SMALL_BYTES } from '../read-body/body-reader.js';
import { ByteGate } from '../read-body/byte-gate.js';
import { Turns } from '../read-body/turns.js';
import { EventNormaliser } from './event-normaliser.js';
import { nativeDelivery } from './formats/native-events.js';
import { Refusals } from './refusals.js';
import { type Sender, Senders } from './senders.js';

/** Bytes of bodies whose events are read and not yet stored: what they become takes several times as much. */
const IN_WORK_BYTES = 32 * 1024 * 1024;
/** So many bytes of a body are stored together; a larger one is stored in parts. */
const STORED_BYTES = 2 * 1024 * 1024;

/** A submission that was read, and what has to be stored of it. */
export interface ExaminedSubmission {
  readonly endpoint: string;
  readonly sender: Sender;
  /** Bytes of the body that hold what has to be stored. */
  readonly bytes: number;
  readonly envelopes: readonly EventEnvelope[];
  readonly letters: readonly DeadLetter[];
  readonly receipt: IntakeReceipt;
}

/** Takes what producers send, item by item, and publishes what is good. */
@Injectable()
export class AcceptEventsService implements EventIntake {
  private readonly turns = new Turns();
  private readonly inWork = new ByteGate(IN_WORK_BYTES);
  private readonly reader: BodyReader;
  private readonly normaliser: EventNormaliser;
  private readonly items;

  constructor(
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(RefusedItems) private readonly deadLetters: DeadLetterStore,
    @Inject(DeadLetterReader) private readonly letters: Pick<DeadLetterReader, 'byId'>,
    private readonly senders: Senders,
    private readonly sources: SourceList,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly config: IngestionConfig,
    metrics: MetricsRegistry,
    @Optional() @Inject(STORAGE_ROOM) private readonly room?: StorageRoom,
  ) {
    this.reader = new BodyReader(config, this.turns);
    this.normaliser = new EventNormaliser(config, sources);
    this.items = metrics.counter('mcm_ingest_items_total', 'Items received, by outcome', [
      'endpoint',
      'outcome',
    ]);
  }

  submit(submission: EventSubmission): Promise<IntakeReceipt> {
    return this.take(submission, null);
  }

  async redrive(letterId: number, correlationId: string): Promise<IntakeReceipt> {
    const letter = await this.letters.byId(String(letterId));
    if (letter?.origin !== 'ingest') {
      throw new AppError(
        'not-found',
        'DEAD_LETTERS.NOT_FOUND',
        `There is no dead letter ${letterId} of an item that was refused on the way in.`,
      );
    }
    const submission: EventSubmission = {
      endpoint: letter.subject,
      headers: { ...letter.headers, 'content-type': 'application/json' },
      body: Buffer.from(letter.message, 'utf8'),
      correlationId,
    };
    return this.take(submission, letter);
  }

  private async take(submission: EventSubmission, letter: DeadLetter | null): Promise<IntakeReceipt> {
    const { endpoint, body } = submission;
    return inSpan('accept-events', { facts: { 'mcm.endpoint': endpoint } }, async (span) => {
      await this.room?.assertRoom();
      // Gzip may become anything up to the size at which it needs a place of its own.
      const leave = await this.inWork.enter(isGzip(body) ? SMALL_BYTES : body.length);
      try {
        const examined = await this.examine(submission, letter);
        const { receipt } = examined;
        span.add({
          'mcm.events': receipt.received,
          'mcm.events.accepted': receipt.accepted,
          'mcm.events.rejected': receipt.rejected_total,
        });
        await this.store([examined]);
        return receipt;
      } finally {
        leave();
      }
    });
  }

  /**
   * Reads a submission and decides about each item. The accepted events have still to be stored, by {@link store}: all of
   * a small body, the end of a large one, of which only a part is in memory at a time.
   *
   * @param letter the dead letter that the submission is, when it was refused before
   * @throws AppError when the body as a whole cannot be read: nothing of it is stored then
   */
  async examine(submission: EventSubmission, letter: DeadLetter | null = null): Promise<ExaminedSubmission> {
    const source = submission.endpoint === 'events' ? null : this.sources.named(submission.endpoint);
    const sender =
      letter === null
        ? this.senders.senderOf(source, submission)
        : this.senders.senderOfLetter(source, submission, letter);
    const delivery = source === null ? nativeDelivery(submission) : source.delivery(submission);
    const body = await this.reader.open(submission.body, submission.headers['content-encoding'], delivery);
    try {
      return await this.readItems(submission, source, sender, body);
    } finally {
      body.close();
    }
  }

  private async readItems(
    submission: EventSubmission,
    source: Source | null,
    sender: Sender,
    body: OpenBody,
  ): Promise<ExaminedSubmission> {
    const { endpoint } = submission;
    const receivedAt = this.clock.now();
    const context = {
      defaultSource: source?.name ?? NATIVE_SOURCE,
      receivedAt,
      // Whichever of the two clocks is right, an event that is correct by it must not be refused.
      latestNow: receivedAt + Math.max(0, this.clock.skewMs ?? 0),
      correlationId: submission.correlationId,
      trace: traceCarrier(),
    };
    const refusals = new Refusals(
      endpoint,
      sender,
      source?.idField ?? null,
      new Date(receivedAt).toISOString(),
    );
    const sources = submission.sender?.allowedSources ?? null;
    const allowed = sources === null ? null : new Set(sources);
    const known = new Set<string>();
    let received = 0;
    let envelopes: EventEnvelope[] = [];
    let bytes = 0;
    for await (const portion of body.portions()) {
      if (bytes > 0 && bytes + portion.bytes > STORED_BYTES) {
        await this.keep([{ sender, letters: refusals.takeLetters(), envelopes }]);
        envelopes = [];
        bytes = 0;
      }
      bytes += portion.bytes;
      if (portion.note !== undefined) refusals.warn({ index: 0, pointer: '', detail: portion.note });
      const portionContext = {
        ...context,
        lookForUnstorable: portion.lookForUnstorable,
        measureSize: portion.bytes > this.config.eventLimitBytes,
      };
      for (const item of portion.items) {
        if (this.turns.over()) await this.turns.next();
        received += 1;
        if ('fault' in item) {
          refusals.refuse(item, item.fault);
          continue;
        }
        if (received > this.config.itemLimit) {
          refusals.refuse(item, tooManyEvents(this.config.itemLimit));
          continue;
        }
        const defaultId = defaultEventId(submission, item.index);
        const result = this.normaliser.normalise(item.candidate, portionContext, defaultId);
        if ('fault' in result) {
          refusals.refuse(item, result.fault);
          continue;
        }
        if (allowed !== null && !allowed.has(result.envelope.source)) {
          refusals.refuse(item, sourceNotAllowed(result.envelope.source));
          continue;
        }
        for (const warning of result.warnings) refusals.warn({ index: item.index, ...warning });
        const { uid, content_hash = '' } = result.envelope;
        const identity = `${uid} ${content_hash}`;
        if (known.has(identity)) continue;
        known.add(identity);
        envelopes.push(result.envelope);
      }
    }
    const rest = refusals.letterAboutRest();
    const receipt: IntakeReceipt = {
      received,
      accepted: known.size,
      duplicates: received - refusals.total - known.size,
      rejected_total: refusals.total,
      rejected: refusals.named,
      warnings_total: refusals.warningsTotal,
      warnings: refusals.warnings,
      ...(body.list?.emptyAnswer === true && { empty_answer: true }),
    };
    return {
      endpoint,
      sender,
      envelopes,
      letters: [...refusals.takeLetters(), ...(rest === null ? [] : [rest])],
      receipt,
      bytes,
    };
  }

  /** Stores what is good of all of these together, and what is not as dead letters. May be called again when it rejects. */
  async store(examined: readonly ExaminedSubmission[]): Promise<void> {
    await this.keep(examined);
    for (const { endpoint, receipt } of examined) {
      const { accepted, duplicates, rejected_total } = receipt;
      this.count(endpoint, { accepted, duplicate: duplicates, rejected: rejected_total });
    }
  }

  private async keep(
    parts: readonly Pick<ExaminedSubmission, 'sender' | 'letters' | 'envelopes'>[],
  ): Promise<void> {
    for (const { sender, envelopes } of parts) if (envelopes.length > 0) await sender.admit();
    const letters = parts.flatMap((each) => each.letters);
    const envelopes = parts.flatMap((each) => each.envelopes);
    // Dead letters first: if publishing fails, the producer sends everything again, and nothing is lost either way.
    if (letters.length > 0) await this.deadLetters.add(letters);
    if (envelopes.length > 0) await this.bus.publish('events.accepted', envelopes);
  }

  private count(endpoint: string, outcomes: Record<string, number>): void {
    for (const [outcome, count] of Object.entries(outcomes)) this.items.inc({ endpoint, outcome }, count);
  }
}

/** A record may hold several events, so that they are counted once more when they are read. */
function tooManyEvents(limit: number): ItemFault {
  return faultAt(
    'INTAKE.TOO_MANY_ITEMS',
    '',
    `is beyond the ${limit} events that a request may hold (INGEST_ITEM_LIMIT)`,
  );
}

function sourceNotAllowed(source: string): ItemFault {
  return faultAt(SOURCE_NOT_ALLOWED, '/source', `is ${source}, for which this key may not send events`);
}

function defaultEventId({ defaultEventId: id }: EventSubmission, index: number): string | undefined {
  return id === undefined || index === 0 ? id : `${id}-${index}`;
}
