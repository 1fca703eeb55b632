import { randomUUID } from 'node:crypto';
import { AuditTrail, type AuditState, type Origin } from '@mcm/audit';
import { AppError } from '@mcm/kernel';
import { DataSource, type EntityManager, inTransaction, IsNull, LegalHold, Not } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';

/** Most holds in force: each removal compares a day with all of them. */
const HOLDS_MAX = 200;
/** Most holds of a list. */
const LISTED_MAX = 1000;
/** How long a hold waits for the removal of a day that is under way, in milliseconds. */
const WAIT_MS = 15_000;

/** What is to be kept. */
export interface HoldRequest {
  /** Null: all sources. */
  sources: readonly string[] | null;
  /** Days (UTC), both included; null is without an end. */
  from: string | null;
  to: string | null;
  reason: string;
}

/**
 * Legal holds. A removal keeps the table locked against new holds until its day is gone, so that a hold that was created
 * is one that every later removal knows.
 */
@Injectable()
export class LegalHoldsService {
  constructor(
    private readonly database: DataSource,
    private readonly trail: AuditTrail,
  ) {}

  /** The newest first; those in force alone, the released ones alone, or all. */
  list(released?: boolean): Promise<LegalHold[]> {
    const where = released === undefined ? {} : { released_at: released ? Not(IsNull()) : IsNull() };
    return inTransaction(this.database, (manager) =>
      manager.find(LegalHold, { where, order: { created_at: 'DESC', id: 'ASC' }, take: LISTED_MAX }),
    );
  }

  /**
   * Keeps what a request names from now on.
   *
   * @throws AppError `HOLDS.TOO_MANY`; `REQUEST.INVALID` when the period ends before it begins; `PERSISTENCE.CONFLICT` when a
   *   removal takes long
   */
  async create({ sources, from, to, reason }: HoldRequest, caller: Origin): Promise<LegalHold> {
    if (from !== null && to !== null && to < from) {
      const detail = 'to must not be before from';
      throw new AppError('invalid', 'REQUEST.INVALID', detail, { errors: [{ pointer: 'to', detail }] });
    }
    if (sources?.length === 0) {
      const detail = 'sources must name a source; leave it out to hold all';
      throw new AppError('invalid', 'REQUEST.INVALID', detail, { errors: [{ pointer: 'sources', detail }] });
    }
    return inTransaction(this.database, async (manager) => {
      await manager.query(`set local lock_timeout = ${WAIT_MS}`);
      await manager.query('lock table legal_holds in row exclusive mode');
      if ((await manager.countBy(LegalHold, { released_at: IsNull() })) >= HOLDS_MAX) {
        throw new AppError(
          'conflict',
          'HOLDS.TOO_MANY',
          `There are ${HOLDS_MAX} legal holds already; release some, or hold a longer period.`,
        );
      }
      const hold = manager.create(LegalHold, {
        id: randomUUID(),
        sources: sources === null ? null : [...new Set(sources)],
        from_day: from,
        to_day: to,
        reason,
        created_by: caller.actor.name,
        created_at: await timeOf(manager),
        release_reason: null,
        released_by: null,
        released_at: null,
      });
      await manager.insert(LegalHold, hold);
      await this.trail.append(manager, {
        origin: caller,
        action: 'legal_hold.created',
        object: { type: 'legal_hold', id: hold.id, name: null },
        after: auditState(hold),
      });
      return hold;
    });
  }

  /**
   * Ends a hold; one that has ended stays as it is.
   *
   * @throws AppError `HOLDS.NOT_FOUND`
   */
  release(id: string, reason: string, caller: Origin): Promise<LegalHold> {
    return inTransaction(this.database, async (manager) => {
      const hold = await manager.findOne(LegalHold, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (hold === null) throw new AppError('not-found', 'HOLDS.NOT_FOUND', `There is no legal hold ${id}.`);
      if (hold.released_at !== null) return hold;
      const released = {
        released_at: await timeOf(manager),
        released_by: caller.actor.name,
        release_reason: reason,
      };
      await manager.update(LegalHold, { id }, released);
      await this.trail.append(manager, {
        origin: caller,
        action: 'legal_hold.released',
        object: { type: 'legal_hold', id, name: null },
        before: auditState(hold),
        after: { reason },
      });
      return { ...hold, ...released };
    });
  }
}

async function timeOf(manager: EntityManager): Promise<Date> {
  const [row] = await manager.query<{ now: Date }[]>('select statement_timestamp()::timestamptz(3) as now');
  return row!.now;
}

function auditState({ sources, from_day, to_day, reason }: LegalHold): AuditState {
  return { sources, from: from_day, to: to_day, reason };
}
