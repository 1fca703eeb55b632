import type { DeadLetter, EventSubmission } from '@mcm/contracts';
import { AppError, messageOf } from '@mcm/kernel';
import { SignedDeliveries } from '@mcm/persistence';
import { MetricsRegistry } from '@mcm/platform';
import { Inject, Injectable } from '@nestjs/common';
import { IngestionConfig } from '../ingestion.config.js';
import type { EventSource } from '../sources/event-source.js';

/** Who sent a submission, as far as that is proved. */
export interface Sender {
  /** The sender has proved itself by a signature or a secret. */
  readonly verified: boolean;
  /** The headers without which an item of the submission cannot be read again. */
  readonly itemHeaders: Readonly<Record<string, string>>;
  /**
   * Resolves when the submission may be stored; may be called again.
   *
   * @throws AppError `SOURCE.REPLAYED` when the signed body came before as another delivery
   */
  admit(): Promise<void>;
}

const ANYBODY: Sender = { verified: false, itemHeaders: {}, admit: () => Promise.resolve() };

/** Checks who sends the records of a source, and that a signature is not used for a second delivery. */
@Injectable()
export class Senders {
  private readonly replays;

  constructor(
    @Inject(SignedDeliveries) private readonly deliveries: Pick<SignedDeliveries, 'remember'>,
    private readonly config: IngestionConfig,
    metrics: MetricsRegistry,
  ) {
    this.replays = metrics.counter(
      'mcm_ingest_replays_total',
      'Signed bodies that were refused because they came before as another delivery',
      ['door'],
    );
  }

  /**
   * The sender of what comes from outside.
   *
   * @throws AppError what {@link EventSource.checkSender} throws
   */
  senderOf(source: EventSource | null, submission: EventSubmission): Sender {
    if (source === null) return ANYBODY;
    const verified = source.checkSender?.(submission, this.config) ?? false;
    return {
      verified,
      itemHeaders: Object.fromEntries(
        (source.itemHeaders ?? []).flatMap((name) => {
          const value = submission.headers[name];
          return value === undefined ? [] : [[name, value]];
        }),
      ),
      admit: () => (verified ? this.refuseReplay(source, submission) : Promise.resolve()),
    };
  }

  /**
   * The sender of an item that was refused before. What it had proved then still holds: the signature was one of the whole
   * delivery, of which only this item is left.
   *
   * @throws AppError `DEAD_LETTERS.NOT_VERIFIED` when it has to prove itself, and had not
   */
  senderOfLetter(source: EventSource | null, submission: EventSubmission, letter: DeadLetter): Sender {
    const verified = letter.verified ?? false;
    try {
      if (!verified) source?.checkSender?.(submission, this.config);
    } catch (error) {
      throw new AppError(
        'conflict',
        'DEAD_LETTERS.NOT_VERIFIED',
        `Nothing shows who sent this item; it came before a secret was set. ${messageOf(error)}`,
        { cause: error },
      );
    }
    return { verified, itemHeaders: letter.headers ?? {}, admit: () => Promise.resolve() };
  }

  private async refuseReplay(source: EventSource, { body, headers }: EventSubmission): Promise<void> {
    const names = source.namesOf?.(headers);
    if (names === undefined) return;
    const first = await this.deliveries.remember({ source: source.name, body, ...names });
    if (first === null) return;
    this.replays.inc({ door: source.name });
    throw new AppError(
      'conflict',
      'SOURCE.REPLAYED',
      `This body came before, at ${first.received_at}, as the delivery ${JSON.stringify(first.delivery)} of the event ${JSON.stringify(first.event)}; nothing was stored.`,
    );
  }
}
