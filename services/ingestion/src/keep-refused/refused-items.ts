import { DEAD_LETTER_STORE, type DeadLetter, type DeadLetterStore } from '@mcm/contracts';
import { LOGGER, type Logger, MetricsRegistry } from '@mcm/platform';
import { Inject, Injectable } from '@nestjs/common';
import { IngestionConfig } from '../ingestion.config.js';
import { DeadLetterQuota } from './dead-letter-quota.js';

/** What a letter takes beside its texts. */
const LETTER_BYTES = 200;

/**
 * Keeps what is refused as dead letters, up to a number of bytes a day for each endpoint. Beyond it items are still
 * refused by name in the answers, and counted; one letter says so in the list of dead letters.
 */
@Injectable()
export class RefusedItems implements DeadLetterStore {
  private readonly dropped;

  constructor(
    @Inject(DEAD_LETTER_STORE) private readonly store: DeadLetterStore,
    private readonly quota: DeadLetterQuota,
    private readonly config: IngestionConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: MetricsRegistry,
  ) {
    this.dropped = metrics.counter(
      'mcm_ingest_dead_letters_dropped_total',
      'Refused items that were not kept because the quota of the day was used up',
      ['endpoint'],
    );
  }

  async add(letters: readonly DeadLetter[]): Promise<void> {
    const groups = new Map<string, DeadLetter[]>();
    for (const letter of letters) {
      const name = `${letter.failed_at.slice(0, 10)} ${letter.subject}`;
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [letter]);
      else group.push(letter);
    }
    for (const group of groups.values()) await this.addTogether(group);
  }

  private async addTogether(letters: readonly DeadLetter[]): Promise<void> {
    const { subject, failed_at } = letters[0]!;
    const bytes = letters.reduce((sum, each) => sum + sizeOf(each), 0);
    const wanted = { day: failed_at.slice(0, 10), subject, letters: letters.length, bytes };
    const outcome = await this.quota.take(wanted, this.config.deadLetterQuotaBytes);
    if (outcome === 'kept') {
      await this.store.add(letters);
      return;
    }
    this.dropped.inc({ endpoint: subject }, letters.length);
    if (outcome === 'dropped') return;
    const reason =
      `Refused items of ${subject} took ${this.config.deadLetterQuotaBytes} bytes on ${wanted.day} ` +
      '(INGEST_DEAD_LETTER_QUOTA_BYTES); further ones of this day are counted and not kept.';
    this.logger.warn({ endpoint: subject }, reason);
    const notice = { code: 'INTAKE.QUOTA_USED', reason, message: '', truncated: true };
    await this.store.add([{ ...letters[0]!, ...notice, headers: {}, verified: false }]);
  }
}

function sizeOf({ message, reason }: DeadLetter): number {
  return Buffer.byteLength(message) + Buffer.byteLength(reason) + LETTER_BYTES;
}
