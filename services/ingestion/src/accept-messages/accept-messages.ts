import { setTimeout as delay } from 'node:timers/promises';
import { type DeadLetter, type DeadLetterStore, type EventSubmission } from '@mcm/contracts';
import { AppError, type Clock, messageOf, newId, type TraceCarrier } from '@mcm/kernel';
import type { IngestHandlers, IngestMessage } from '@mcm/messaging';
import { CLOCK, FaultReporter, inSpan, inTraceOf, LOGGER, type Logger, MetricsRegistry } from '@mcm/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AcceptEventsService, type ExaminedSubmission } from '../accept-events/accept-events.service.js';
import { RefusedItems } from '../keep-refused/refused-items.js';
import { answerTo, refusal } from './ingest-answer.js';

/** How long messages whose producer waits for no answer are held while the bus or the database is away. */
const HOLD_MS = 30_000;
/** Bytes that are read before they are stored; as many as one group of messages has, unless they are compressed. */
const STORED_BYTES = 8 * 1024 * 1024;
/** Bytes of a refused message that are kept. */
const KEPT_BYTES = 64 * 1024;
const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 5_000;

interface ReadMessage {
  message: IngestMessage;
  examined: ExaminedSubmission;
}

/** What cannot be written down in the answer or as a dead letter. */
const OVERFLOW = new AppError('unavailable', 'INTAKE.BUSY', 'More messages came than can be stored.', {
  retryAfterSeconds: 1,
});

/**
 * Takes events from their subject on NATS: what has come meanwhile is stored together. A producer that waits for an answer gets
 * it once the events are stored, or the reason why not. What comes without a reply subject and cannot be taken becomes a
 * dead letter.
 */
@Injectable()
export class AcceptMessages implements IngestHandlers {
  private answers = 0;
  private readonly faults: FaultReporter;
  private readonly messages;

  constructor(
    private readonly intake: AcceptEventsService,
    @Inject(RefusedItems) private readonly deadLetters: DeadLetterStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) logger: Logger,
    metrics: MetricsRegistry,
  ) {
    this.faults = new FaultReporter(logger);
    this.messages = metrics.counter(
      'mcm_ingest_messages_total',
      'Messages from the subject for events, by outcome',
      ['outcome'],
    );
  }

  take(messages: readonly IngestMessage[]): Promise<void> {
    const causes = messages.map(({ headers }) => traceOf(headers));
    return inSpan(
      'accept-messages',
      { kind: 'consumer', facts: { 'mcm.events': messages.length }, causes },
      () => this.takeTogether(messages),
    );
  }

  private async takeTogether(messages: readonly IngestMessage[]): Promise<void> {
    let read: ReadMessage[] = [];
    let bytes = 0;
    const refused: { message: IngestMessage; error: unknown }[] = [];
    // One after the other: small ones could become large once they are inflated.
    for (const message of messages) {
      try {
        const examined = await this.examine(message);
        read.push({ message, examined });
        bytes += examined.bytes;
      } catch (error) {
        refused.push({ message, error });
      }
      if (bytes < STORED_BYTES) continue;
      await this.storeAll(read);
      read = [];
      bytes = 0;
    }
    await Promise.all([this.storeAll(read), this.refuse(refused, 'rejected')]);
  }

  private async storeAll(read: readonly ReadMessage[]): Promise<void> {
    // A producer that waits is told immediately that the store is away; the others cannot send again.
    await Promise.all([
      this.store(read.filter(waits), 0),
      this.store(
        read.filter((each) => !waits(each)),
        HOLD_MS,
      ),
    ]);
  }

  overflow(message: IngestMessage): void {
    this.messages.inc({ outcome: 'dropped' });
    if (message.wantsAnswer) message.answer(refusal(OVERFLOW));
    else this.faults.report('the subject for events', OVERFLOW);
  }

  private examine(message: IngestMessage): Promise<ExaminedSubmission> {
    const examine = () => this.intake.examine(submissionOf(message));
    // A message that belongs to a trace stays in it, whatever came together with it.
    return traceOf(message.headers) === undefined ? examine() : inTraceOf(message.headers, examine);
  }

  private async store(read: readonly ReadMessage[], holdMs: number): Promise<void> {
    if (read.length === 0) return;
    const deadline = performance.now() + holdMs;
    for (let tries = 0; ; tries += 1) {
      try {
        await this.intake.store(read.map(({ examined }) => examined));
        for (const { message, examined } of read) {
          this.messages.inc({ outcome: examined.envelopes.length > 0 ? 'accepted' : 'rejected' });
          if (message.wantsAnswer) message.answer(answerTo(examined.receipt, (this.answers += 1)));
        }
        return;
      } catch (error) {
        const away = error instanceof AppError && error.kind === 'unavailable';
        if (!away && read.length > 1) {
          // One of them cannot be stored: the others must not suffer for it.
          for (const each of read) await this.store([each], holdMs);
          return;
        }
        if (!away || performance.now() >= deadline) {
          await this.refuse(
            read.map(({ message }) => ({ message, error })),
            away ? 'unavailable' : 'rejected',
          );
          return;
        }
        this.faults.report('events from their subject wait', error);
        await delay(Math.min(FIRST_DELAY_MS * 2 ** tries, LONGEST_DELAY_MS) * (0.5 + Math.random() / 2));
      }
    }
  }

  private async refuse(
    refused: readonly { message: IngestMessage; error: unknown }[],
    outcome: string,
  ): Promise<void> {
    const letters: DeadLetter[] = [];
    for (const { message, error } of refused) {
      if (!(error instanceof AppError)) this.faults.report('events from their subject', error);
      this.messages.inc({ outcome });
      if (message.wantsAnswer) message.answer(refusal(error));
      else letters.push(this.letter(message, error));
    }
    if (letters.length === 0) return;
    try {
      await this.deadLetters.add(letters);
    } catch (error) {
      this.messages.inc({ outcome: 'lost' }, letters.length);
      this.faults.report(`${letters.length} messages without reply subject could not even be kept`, error);
    }
  }

  private letter(message: IngestMessage, error: unknown): DeadLetter {
    return {
      origin: 'ingest',
      // The endpoint by which it is tried again.
      subject: 'events',
      consumer: 'accept-messages',
      code: error instanceof AppError ? error.code : 'INTERNAL.UNEXPECTED',
      reason: messageOf(error),
      message: Buffer.from(message.data.subarray(0, KEPT_BYTES))
        .toString('utf8')
        .replaceAll('\u0000', '\ufffd'),
      truncated: message.data.length > KEPT_BYTES,
      tries: 1,
      failed_at: new Date(this.clock.now()).toISOString(),
    };
  }
}

function traceOf({ traceparent, tracestate }: IngestMessage['headers']): TraceCarrier | undefined {
  if (traceparent === undefined) return undefined;
  return { traceparent, ...(tracestate !== undefined && { tracestate }) };
}

const waits = ({ message }: ReadMessage) => message.wantsAnswer;

/** A message as a body: JSON unless its headers say otherwise, named by its producer as JetStream's clients do. */
function submissionOf({ headers, data }: IngestMessage): EventSubmission {
  const id = headers['nats-msg-id'];
  return {
    endpoint: 'events',
    headers: { 'content-type': 'application/json', ...headers },
    body: data,
    correlationId: headers['x-request-id'] ?? newId(),
    ...(id !== undefined && id !== '' && { defaultEventId: id }),
  };
}
