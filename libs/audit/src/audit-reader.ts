import { databaseError, DataSource } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';
import type { AuditAction, AuditObjectType } from './actions.js';
import type { ChainedEntry } from './chain.js';
import type { PersonalValue } from './entry.js';

/** An entry with the clear text that is still known of it. */
export interface StoredEntry extends ChainedEntry {
  personal: PersonalValue[];
}

/** Which entries; what is absent does not matter. Times are ISO 8601 in UTC with milliseconds and belong to the range. */
export interface EntryFilter {
  actor?: string;
  action?: readonly AuditAction[];
  object_type?: AuditObjectType;
  object?: string;
  from?: string;
  to?: string;
}

/** Entries are read in pages of so many: at most 16 MiB, and a few milliseconds of work. */
const PAGE = 500;

const ENTRIES = 'select seq, body, link from audit.entries';
const PERSONAL = 'select seq, sha256, subject, salt, value from audit.personal_values';

/** Reads the audit trail. */
@Injectable()
export class AuditReader {
  constructor(private readonly dataSource: DataSource) {}

  /** How many entries there are, and the link of the last one. */
  async head(): Promise<{ size: number; link: Buffer }> {
    const [head] = await this.query<{ size: string; link: Buffer }>('select size, link from audit.head');
    return { size: Number(head!.size), link: head!.link };
  }

  /** Entries in their order, page by page: those behind the number `after`, up to and with `to`. */
  async *pages(after: number, to: number): AsyncGenerator<StoredEntry[]> {
    if (after >= to) return;
    let next = this.page(after, to);
    for (let last = after; last < to; last += PAGE) {
      const page = await next;
      if (last + PAGE < to) {
        // PostgreSQL works on it while this page is looked at. Its failure is met when it is waited for.
        next = this.page(last + PAGE, to);
        next.catch(() => undefined);
      }
      if (page.length > 0) yield page;
    }
  }

  /** Entries that match, the latest first; `before` is the number of the last one on the page before. */
  async list(
    filter: EntryFilter,
    { limit, before }: { limit: number; before?: number },
  ): Promise<StoredEntry[]> {
    const page = await this.query<Row>(
      `${ENTRIES}
        where ($1::bigint is null or seq < $1) and ($2::text is null or actor_id = $2)
          and ($3::text[] is null or action = any($3)) and ($4::text is null or object_type = $4)
          and ($5::text is null or object_id = $5) and ($6::text is null or at >= $6) and ($7::text is null or at <= $7)
        order by seq desc limit $8`,
      [
        before ?? null,
        filter.actor ?? null,
        filter.action ?? null,
        filter.object_type ?? null,
        filter.object ?? null,
        filter.from ?? null,
        filter.to ?? null,
        limit,
      ],
    );
    const numbers = page.map(({ seq }) => seq);
    return joined(
      page,
      await this.query<PersonalRow>(`${PERSONAL} where seq = any($1::bigint[])`, [numbers]),
    );
  }

  /** The entries with the next numbers; entries that are missing make it shorter. */
  private async page(after: number, to: number): Promise<StoredEntry[]> {
    const range = [after, Math.min(after + PAGE, to)];
    const [rows, known] = await Promise.all([
      this.query<Row>(`${ENTRIES} where seq > $1 and seq <= $2 order by seq`, range),
      this.query<PersonalRow>(`${PERSONAL} where seq > $1 and seq <= $2`, range),
    ]);
    return joined(rows, known);
  }

  private async query<T>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    try {
      return await this.dataSource.query<T[]>(sql, parameters);
    } catch (error) {
      throw databaseError(error);
    }
  }
}

interface Row {
  seq: string;
  body: string;
  link: Buffer;
}

type PersonalRow = PersonalValue & { seq: string };

function joined(rows: readonly Row[], known: readonly PersonalRow[]): StoredEntry[] {
  const bySeq = new Map<string, PersonalValue[]>(rows.map(({ seq }) => [seq, []]));
  for (const { seq, ...value } of known) bySeq.get(seq)?.push(value);
  return rows.map(({ seq, body, link }) => ({ seq: Number(seq), body, link, personal: bySeq.get(seq)! }));
}
