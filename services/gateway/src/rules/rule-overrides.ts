import { AuditTrail } from '@mcm/audit';
import type { RuleKind, RuleLevel } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { DataSource, toSafeInteger, withConflictRetry } from '@mcm/persistence';
import type { Caller } from '@mcm/platform';
import { Injectable } from '@nestjs/common';

/** A wish to change a rule; what is absent stays as it is, null takes back what was changed before. */
export interface OverrideRequest {
  enabled?: boolean | null;
  level?: RuleLevel | null;
  /** For the audit trail. */
  caller: Caller;
  changed_by: string | null;
  reason: string | null;
  /** Only if this is still the number of the last change of this rule; 0 when it was never changed. */
  expected_revision?: number;
}

const FIND_RULE =
  'select id, name, kind, silent from rules where id = $1 or name = $1 order by id = $1 desc limit 1';
/** Every change of an override waits here, so that revisions become visible in their order. */
const NEXT_REVISION = 'update rule_switch_revision set revision = revision + 1 returning revision';
const PRESENT = 'select enabled, level, revision from rule_switches where rule_id = $1';
const WRITE = `
  with written as (
    insert into rule_switches (rule_id, enabled, level, revision) values ($1, $2, $3, $4)
    on conflict (rule_id) do update
       set enabled = excluded.enabled, level = excluded.level, revision = excluded.revision
    returning rule_id, enabled, level, revision
  )
  insert into rule_switch_changes (revision, rule_id, enabled, level, changed_by, reason, at)
  select revision, rule_id, enabled, level, $5, $6, statement_timestamp() from written`;
interface FoundRule {
  id: string;
  name: string;
  kind: RuleKind;
  silent: boolean;
}

/** Keeps what people changed about rules, and every change with who, when and why. */
@Injectable()
export class RuleOverrides {
  constructor(
    private readonly dataSource: DataSource,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * Changes a rule that is in force. Two changes at the same time follow each other: what one does not mention stays as
   * the other left it.
   *
   * @param idOrName id of the rule, else its name
   * @returns the id of the rule, and the number of the change; null when nothing was different afterwards
   * @throws AppError `RULES.NOT_FOUND`, `RULES.NO_FINDINGS`, `RULES.CHANGED_MEANWHILE`
   */
  async change(idOrName: string, request: OverrideRequest): Promise<{ id: string; revision: number | null }> {
    return withConflictRetry(() =>
      this.dataSource.transaction(async (transaction) => {
        const [rule] = await transaction.query<FoundRule[]>(FIND_RULE, [idOrName]);
        if (rule === undefined) throw notFound(idOrName);
        refuseMeaningless(rule, request);
        // `update … returning` answers rows and their number.
        const [[next]] = await transaction.query<[[{ revision: string }], number]>(NEXT_REVISION);
        const [present] = await transaction.query<
          { enabled: boolean; level: RuleLevel | null; revision: string }[]
        >(PRESENT, [rule.id]);
        const last = toSafeInteger(present?.revision ?? 0);
        if (request.expected_revision !== undefined && request.expected_revision !== last) {
          throw new AppError(
            'conflict',
            'RULES.CHANGED_MEANWHILE',
            `The rule ${rule.name} was changed meanwhile (change ${last}, not ${request.expected_revision}); look at it again.`,
          );
        }
        const before = { enabled: present?.enabled ?? true, level: present?.level ?? null };
        const after = {
          enabled: request.enabled === undefined ? before.enabled : (request.enabled ?? true),
          level: request.level === undefined ? before.level : request.level,
        };
        if (after.enabled === before.enabled && after.level === before.level) {
          // Nothing to announce: the number that was drawn goes back with the transaction.
          throw new Unchanged(rule.id);
        }
        const revision = toSafeInteger(next.revision);
        await transaction.query(WRITE, [
          rule.id,
          after.enabled,
          after.level,
          revision,
          request.changed_by,
          request.reason,
        ]);
        await this.trail.append(transaction, {
          origin: request.caller,
          action: 'rule.changed',
          object: { type: 'rule', id: rule.id, name: rule.name },
          before,
          after: { ...after, reason: request.reason },
        });
        return { id: rule.id, revision };
      }),
    ).catch((error: unknown) => {
      if (error instanceof Unchanged) return { id: error.ruleId, revision: null };
      throw error;
    });
  }
}

class Unchanged extends Error {
  constructor(readonly ruleId: string) {
    super('nothing changed');
  }
}

function refuseMeaningless(rule: FoundRule, { enabled, level }: OverrideRequest): void {
  if (rule.silent && (enabled === false || typeof level === 'string')) {
    throw new AppError(
      'conflict',
      'RULES.NO_FINDINGS',
      `${rule.name} raises no findings of its own; change the rules that are made of it.`,
    );
  }
  if (rule.kind === 'filter' && typeof level === 'string') {
    throw new AppError('conflict', 'RULES.NO_FINDINGS', `${rule.name} is a filter and has no level.`);
  }
}

function notFound(idOrName: string): AppError {
  return new AppError('not-found', 'RULES.NOT_FOUND', `There is no rule ${idOrName}.`);
}
