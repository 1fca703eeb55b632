import {
  type ConsumerName,
  CONSUMERS,
  POLICY_CONSUMERS,
  EVENT_INTAKE,
  type EventIntake,
  type SubmissionReceipt,
} from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { EVENT_BUS, type EventBus } from '@mcm/messaging';
import { DeadLetterReader, DeadLetters, type StoredDeadLetter } from '@mcm/persistence';
import type { Caller } from '@mcm/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AcceptedWork } from '../audit/accepted-work.js';
import { intakeReceipt } from '../intake/intake.service.js';
import type { DeadLetterListDto, ListDeadLettersQuery, RedriveDto } from './dead-letter.dto.js';

/** Shows dead letters and hands them over again. */
@Injectable()
export class DeadLettersService {
  constructor(
    private readonly letters: DeadLetterReader,
    private readonly store: DeadLetters,
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(EVENT_INTAKE) private readonly intake: EventIntake,
    private readonly accepted: AcceptedWork,
  ) {}

  /** Newest first. */
  async list({ limit, offset, origin }: ListDeadLettersQuery): Promise<DeadLetterListDto> {
    const { items, total } = await this.letters.page(origin ? { origin } : {}, { limit, offset });
    return { items, total, limit, offset };
  }

  /**
   * Hands a dead letter to the consumer that gave up, or to ingestion when it was refused on the way in. What fails
   * again becomes a new dead letter.
   *
   * @throws AppError `DEAD_LETTERS.NOT_FOUND`, or a `conflict` that says why it cannot be done
   * @throws EverythingRejected when ingestion refuses the item again
   */
  async redrive(id: string, caller: Caller): Promise<RedriveDto> {
    const letter = await this.byId(id);
    if (letter.redriven_at !== null) {
      throw new AppError('conflict', 'DEAD_LETTERS.REDRIVEN', `It was handed over at ${letter.redriven_at}.`);
    }
    if (letter.truncated) {
      throw new AppError('conflict', 'DEAD_LETTERS.TRUNCATED', 'Only the beginning of the message was kept.');
    }
    const redeliver = letter.origin === 'ingest' ? null : this.redelivery(letter);
    await this.accepted.record({
      origin: caller,
      action: 'dead_letter.redriven',
      object: { type: 'dead_letter', id: String(letter.id), name: null },
      after: { consumer: letter.consumer, code: letter.code },
    });
    let receipt: SubmissionReceipt | null = null;
    if (redeliver === null) receipt = intakeReceipt(await this.intake.redrive(letter.id, caller.requestId));
    else await redeliver();
    await this.store.markRedriven([letter.id]);
    const { redriven_at } = await this.byId(id);
    return { id: letter.id, redriven_at, receipt };
  }

  private async byId(id: string): Promise<StoredDeadLetter> {
    const letter = await this.letters.byId(id);
    if (letter === null) {
      throw new AppError('not-found', 'DEAD_LETTERS.NOT_FOUND', `There is no dead letter ${id}.`);
    }
    return letter;
  }

  /** What hands it to its consumer again. @throws AppError `conflict` when that cannot be done */
  private redelivery({ consumer, message }: StoredDeadLetter): () => Promise<void> {
    if (!Object.hasOwn(CONSUMERS, consumer) && !Object.hasOwn(POLICY_CONSUMERS, consumer)) {
      throw new AppError(
        'conflict',
        'DEAD_LETTERS.CONSUMER_GONE',
        `There is no consumer ${consumer} any more.`,
      );
    }
    const body = parsed(message);
    return () => this.bus.redeliver(consumer as ConsumerName, body);
  }
}

function parsed(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch (error) {
    throw new AppError(
      'conflict',
      'DEAD_LETTERS.NOT_JSON',
      'The message is not JSON: no consumer can take it.',
      {
        cause: error,
      },
    );
  }
}
