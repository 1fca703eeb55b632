import { DataSource, queryRows } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';

/** Nothing that is yet to come can have been evaluated, whatever the clock of a process says or once said. */
const ADVANCE = `
  update rule_clock set evaluated_to = least($1::timestamptz, clock_timestamp())
   where evaluated_to is null or evaluated_to < $1::timestamptz or evaluated_to > clock_timestamp()`;
const EVALUATED_TO = `
  select case when evaluated_to > clock_timestamp() then clock_timestamp() else evaluated_to end as evaluated_to
    from rule_clock`;

/** Remembers up to which arrival time everything that did not happen has become findings. */
@Injectable()
export class RuleClock {
  constructor(private readonly dataSource: DataSource) {}

  /** Milliseconds since 1970, never in the future of the database; undefined before the first evaluation. */
  async evaluatedTo(): Promise<number | undefined> {
    const rows = await queryRows<{ evaluated_to: Date | null }>(this.dataSource, EVALUATED_TO);
    return rows[0]?.evaluated_to?.getTime();
  }

  /** Never goes back, unless out of the future of the database. */
  async advance(to: number): Promise<void> {
    await queryRows(this.dataSource, ADVANCE, [new Date(to).toISOString()]);
  }
}
