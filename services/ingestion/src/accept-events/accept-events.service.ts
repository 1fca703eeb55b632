import type {
  DeadLetter,
  DeadLetterStore,
  EventEnvelope,
  EventIntake,
  EventSubmission,
  IntakeReceipt,
  RejectedItem,
} from '@mcm/contracts';
import { DEAD_LETTER_STORE } from '@mcm/contracts';
import { AppError, type Clock } from '@mcm/kernel';
import { EVENT_BUS, type EventBus } from '@mcm/messaging';
import { CLOCK, inSpan, MetricsRegistry, traceCarrier } from '@mcm/platform';
import { Inject, Injectable } from '@nestjs/common';
import { IngestionConfig } from '../ingestion.config.js';
import { eventSource } from '../sources/event-sources.js';
import { bodyText } from './body-text.js';
import { type IntakeItem, isObject, type ItemFault } from './candidate-event.js';
import { EventNormaliser } from './event-normaliser.js';
import { nativeItems } from './formats/native-events.js';
import { mayHoldUnstorableCharacters } from './raw-data.js';

/** The source of events that come through the native door and name none. */
const NATIVE_SOURCE = 'api';

/** A submission that was read, and what has to be stored of it. */
export interface ExaminedSubmission {
  readonly door: string;
  readonly envelopes: readonly EventEnvelope[];
  readonly letters: readonly DeadLetter[];
  readonly receipt: IntakeReceipt;
}

/** Takes what producers send, item by item, and publishes what is good. */
@Injectable()
export class AcceptEventsService implements EventIntake {
  private readonly normaliser: EventNormaliser;
  private readonly items;

  constructor(
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(DEAD_LETTER_STORE) private readonly deadLetters: DeadLetterStore,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly config: IngestionConfig,
    metrics: MetricsRegistry,
  ) {
    this.normaliser = new EventNormaliser(config);
    this.items = metrics.counter('mcm_ingest_items_total', 'Items received, by what became of them', [
      'door',
      'outcome',
    ]);
  }

  async submit(submission: EventSubmission): Promise<IntakeReceipt> {
    const { door } = submission;
    return inSpan('accept-events', { facts: { 'mcm.door': door } }, async (span) => {
      const examined = await this.examine(submission);
      const { receipt } = examined;
      span.add({
        'mcm.events': receipt.received,
        'mcm.events.accepted': receipt.accepted,
        'mcm.events.rejected': receipt.rejected.length,
      });
      await this.store([examined]);
      return receipt;
    });
  }

  /**
   * Says what would become of a submission; nothing is stored yet.
   *
   * @throws AppError when the body as a whole cannot be read
   */
  async examine(submission: EventSubmission): Promise<ExaminedSubmission> {
    const native = submission.door === 'events';
    const source = native ? null : eventSource(submission.door);
    source?.checkSender?.(submission, this.config);
    const text = await bodyText(
      submission.body,
      submission.headers['content-encoding'],
      this.config.decompressedLimitBytes,
    );
    const items = source === null ? nativeItems(submission, text) : source.items(submission, text);
    if (items.length > this.config.itemLimit) {
      throw new AppError(
        'too-large',
        'INTAKE.TOO_MANY_ITEMS',
        `The request holds ${items.length} items, more than ${this.config.itemLimit} (INGEST_ITEM_LIMIT).`,
      );
    }
    const context = {
      defaultSource: source?.name ?? NATIVE_SOURCE,
      receivedAt: this.clock.now(),
      correlationId: submission.correlationId,
      trace: traceCarrier(),
      lookForUnstorable: mayHoldUnstorableCharacters(text),
      measureSize: Buffer.byteLength(text) > this.config.eventLimitBytes,
    };

    const accepted = new Map<string, EventEnvelope>();
    const rejected: RejectedItem[] = [];
    const letters: DeadLetter[] = [];
    const warnings: { index: number; pointer: string; detail: string }[] = [];
    const reject = (item: IntakeItem, fault: ItemFault) => {
      rejected.push({ index: item.index, event_id: eventIdOf(item.original), ...fault });
      letters.push(this.deadLetter(submission.door, item, fault));
    };
    for (const item of items) {
      if ('fault' in item) {
        reject(item, item.fault);
        continue;
      }
      const result = this.normaliser.normalise(
        item.candidate,
        context,
        defaultEventId(submission, item.index),
      );
      if ('fault' in result) {
        reject(item, result.fault);
        continue;
      }
      for (const warning of result.warnings) warnings.push({ index: item.index, ...warning });
      if (!accepted.has(result.envelope.uid)) accepted.set(result.envelope.uid, result.envelope);
    }
    const duplicates = items.length - rejected.length - accepted.size;
    return {
      door: submission.door,
      envelopes: [...accepted.values()],
      letters,
      receipt: { received: items.length, accepted: accepted.size, duplicates, rejected, warnings },
    };
  }

  /** Stores what is good of all of these together, and what is not as dead letters. May be called again when it rejects. */
  async store(examined: readonly ExaminedSubmission[]): Promise<void> {
    const letters = examined.flatMap((each) => each.letters);
    const envelopes = examined.flatMap((each) => each.envelopes);
    // Dead letters first: if publishing fails, the producer sends everything again, and nothing is lost either way.
    if (letters.length > 0) await this.deadLetters.add(letters);
    if (envelopes.length > 0) await this.bus.publish('events.accepted', envelopes);
    for (const { door, receipt } of examined) {
      const { accepted, duplicates, rejected } = receipt;
      this.count(door, { accepted, duplicate: duplicates, rejected: rejected.length });
    }
  }

  private count(door: string, outcomes: Record<string, number>): void {
    for (const [outcome, count] of Object.entries(outcomes)) this.items.inc({ door, outcome }, count);
  }

  private deadLetter(door: string, item: IntakeItem, fault: ItemFault): DeadLetter {
    return {
      origin: 'ingest',
      subject: door,
      consumer: 'accept-events',
      code: fault.code,
      reason: fault.reason,
      message: messageText(item.original),
      truncated: false,
      tries: 1,
      failed_at: new Date(this.clock.now()).toISOString(),
    };
  }
}

function defaultEventId({ defaultEventId: id }: EventSubmission, index: number): string | undefined {
  return id === undefined || index === 0 ? id : `${id}-${index}`;
}

/** JSON where it can be written; something nested too deeply for that is described instead. */
function messageText(original: unknown): string {
  if (typeof original === 'string') return original;
  try {
    return JSON.stringify(original) ?? '';
  } catch (error) {
    if (error instanceof RangeError) return '"(nests too deeply to be shown)"';
    throw error;
  }
}

/** Where producers and vendors write the id of an event. */
const NAMES_OF_IDS = ['event_id', 'id', 'eventID', 'uuid', '_document_id'];

function eventIdOf(original: unknown): string | null {
  if (!isObject(original)) return null;
  const id = NAMES_OF_IDS.map((name) => original[name]).find((value) => typeof value === 'string');
  return typeof id === 'string' ? id.slice(0, 256) : null;
}
