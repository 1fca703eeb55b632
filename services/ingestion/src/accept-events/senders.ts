import type { DeadLetter, EventSubmission } from '@mcm/contracts';
import { AppError, messageOf } from '@mcm/kernel';
import { MetricsRegistry, signInRequired } from '@mcm/platform';
import { secretVariable, type Source } from '@mcm/sources';
import { Inject, Injectable } from '@nestjs/common';
import { SourceSecrets } from '../source-secrets.js';
import { SignedDeliveries } from './signed-deliveries.js';

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

const UNVERIFIED: Sender = { verified: false, itemHeaders: {}, admit: () => Promise.resolve() };

/** Checks who sends the records of a source, and that a signature is not used for a second delivery. */
@Injectable()
export class Senders {
  private readonly replays;

  constructor(
    @Inject(SignedDeliveries) private readonly deliveries: Pick<SignedDeliveries, 'remember'>,
    private readonly secrets: SourceSecrets,
    metrics: MetricsRegistry,
  ) {
    this.replays = metrics.counter(
      'mcm_ingest_replays_total',
      'Signed bodies that were refused because they came before as another delivery',
      ['endpoint'],
    );
  }

  /**
   * The sender of what comes from outside.
   *
   * @throws AppError what the check of the source's `verification` throws; `AUTH.REQUIRED` when a sender without a key has
   *   proved nothing
   */
  senderOf(source: Source | null, submission: EventSubmission): Sender {
    const verified = source !== null && this.verify(source, submission);
    if (!verified && submission.sender?.anonymous === true) throw mustProve(source);
    if (source === null) return UNVERIFIED;
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
  senderOfLetter(source: Source | null, submission: EventSubmission, letter: DeadLetter): Sender {
    const verified = letter.verified ?? false;
    try {
      if (!verified && source !== null) this.verify(source, submission);
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

  /** Whether the sender has proved itself; false where it cannot, or no secret is set. */
  private verify({ name, verification }: Source, submission: EventSubmission): boolean {
    const secret = this.secrets.of(name);
    if (verification === null || secret === '') return false;
    verification.check(submission, secret);
    return true;
  }

  private async refuseReplay(source: Source, { body, headers }: EventSubmission): Promise<void> {
    const names = source.verification?.namesOf?.(headers);
    if (names === undefined) return;
    const first = await this.deliveries.remember({ source: source.name, body, ...names });
    if (first === null) return;
    this.replays.inc({ endpoint: source.name });
    throw new AppError(
      'conflict',
      'SOURCE.REPLAYED',
      `This body came before, at ${first.received_at}, as the delivery ${JSON.stringify(first.delivery)} of the event ${JSON.stringify(first.event)}; nothing was stored.`,
    );
  }
}

function mustProve(source: Source | null): AppError {
  const other =
    source === null || source.verification === null
      ? ''
      : `, or let ${source.title} prove itself: set ${secretVariable(source.name)}`;
  return signInRequired(`Send an API key${other}.`);
}
