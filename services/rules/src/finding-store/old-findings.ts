import type { RemoveFindingsPayload } from '@mcm/contracts';
import { DataSource, inTransaction, queryRows } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';
import { GROUP_LOCKS } from './episode-writer.js';
import { FORGET_EMPTY_COUNTS, LOCK_GROUPS, REMOVE_AND_COUNT, SELECT_OLD } from './finding-sql.js';

/** Findings that one transaction looks at. */
const PORTION = 500;

/** Stretches of days (UTC), both included; null is without a bound. */
export type HeldDays = RemoveFindingsPayload['held'];

interface OldFinding {
  id: string;
  /** As PostgreSQL writes it: the position in the order of the walk. */
  created_at: string;
  rule_id: string;
  group_key: string | null;
  held: boolean;
}

/** Removes findings whose time is over, with their enrichments and their part in the counts. */
@Injectable()
export class OldFindings {
  constructor(private readonly dataSource: DataSource) {}

  /** One walk over the findings that were changed last before a moment, oldest first; those about held days stay. */
  portions(before: Date, held: HeldDays): { removeNext(): Promise<number> } {
    let after: Pick<OldFinding, 'id' | 'created_at'> = { created_at: '-infinity', id: '0' };
    return {
      /** Removes some; 0 when none are left. */
      removeNext: async () => {
        for (;;) {
          const { seen, removed } = await this.removePortion(before, held, after);
          after = seen.at(-1) ?? after;
          if (removed > 0 || seen.length < PORTION) return removed;
        }
      },
    };
  }

  /** Forgets counts of days before a day (UTC) that are down to nothing. */
  async forgetEmptyCounts(day: string): Promise<void> {
    for (const statement of FORGET_EMPTY_COUNTS) await queryRows(this.dataSource, statement, [day]);
  }

  /** What writes to an episode follows: it then finds none, and makes a new one. */
  private removePortion(
    before: Date,
    held: HeldDays,
    after: Pick<OldFinding, 'id' | 'created_at'>,
  ): Promise<{ seen: OldFinding[]; removed: number }> {
    return inTransaction(this.dataSource, async (transaction) => {
      const seen = await transaction.query<OldFinding[]>(SELECT_OLD, [
        before,
        held.map(({ from }) => from ?? '-infinity'),
        held.map(({ to }) => to ?? 'infinity'),
        after.created_at,
        after.id,
        PORTION,
      ]);
      const old = seen.filter((finding) => !finding.held);
      if (old.length === 0) return { seen, removed: 0 };
      const groups = old.filter(({ group_key }) => group_key !== null);
      await transaction.query(LOCK_GROUPS, [JSON.stringify(groups), GROUP_LOCKS]);
      const [{ removed }] = await transaction.query<[{ removed: number }]>(REMOVE_AND_COUNT, [
        old.map(({ id }) => id),
        before,
      ]);
      return { seen, removed };
    });
  }
}
