import { RULE_LEVELS, type RuleKind, type RuleLevel, type RuleProblem } from '@mcm/contracts';
import {
  DataSource,
  isoTime,
  pick,
  queryRows,
  type RowOf,
  RULE,
  selected,
  SqlConditions,
  toSafeInteger,
} from '@mcm/persistence';
import { Injectable } from '@nestjs/common';

const LISTED = pick(
  RULE,
  'id',
  'name',
  'title',
  'pack',
  'path',
  'kind',
  'level',
  'silent',
  'logsource',
  'tags',
  'controls',
  'problems',
);
const DETAILS = pick(
  RULE,
  'status',
  'description',
  'line',
  'version',
  'content_hash',
  'tests',
  'correlation',
  'runbook',
  'metadata',
  'source',
);

/** A rule in force with what people changed about it and what it found; times are ISO 8601 in UTC. */
export type StoredRule = RowOf<typeof LISTED> & {
  /** The one that its findings get. */
  effective_level: RuleLevel;
  enabled: boolean;
  hits: number;
  last_hit: string | null;
  /** Events that it was not tried on, because its expressions cost too much on their texts. */
  skipped_events: number;
  last_skip: string | null;
};

/** A change of an override: the state after it. */
export interface StoredOverrideChange {
  revision: number;
  enabled: boolean;
  level: RuleLevel | null;
  changed_by: string | null;
  reason: string | null;
  at: string;
}

/** Everything that is stored about a rule in force. */
export type StoredRuleDetail = StoredRule &
  RowOf<typeof DETAILS> & {
    loaded_at: string;
    /** Rules that it is over or applies to, and rules that are over it. */
    references: { id: string; name: string }[];
    referenced_by: { id: string; name: string }[];
    /** What was set in place of the document's level; null when nothing was. */
    level_override: RuleLevel | null;
    /** Number of the last change of its override; 0 when there was none. */
    override_revision: number;
    /** Newest first, at most 50. */
    changes: StoredOverrideChange[];
  };

/** Which rules; what is absent does not matter. */
export interface RuleFilter {
  /** Part of id, name, title, description or a tag; upper and lower case are the same. */
  q?: string;
  pack?: string;
  kind?: readonly RuleKind[];
  /** The effective one. */
  level?: readonly RuleLevel[];
  enabled?: boolean;
}

export const RULE_ORDERS = ['name', 'hits', 'last_hit', 'level'] as const;
export type RuleOrder = (typeof RULE_ORDERS)[number];

const LEVEL_NUMBER = `array_position(array[${RULE_LEVELS.map((level) => `'${level}'`).join(', ')}],
  coalesce(s.level, r.level))`;
const ORDER_BY: Readonly<Record<RuleOrder, string>> = {
  name: 'r.name, r.id',
  hits: 'hits desc, r.name, r.id',
  last_hit: 'h.last_hit desc nulls last, r.name, r.id',
  level: `${LEVEL_NUMBER} desc, r.name, r.id`,
};

const COLUMNS = `${selected(LISTED, 'r')}, coalesce(s.level, r.level) as effective_level,
  coalesce(s.enabled, true) as enabled, coalesce(h.hits, 0) as hits, ${isoTime('h.last_hit')} as last_hit,
  coalesce(k.events, 0) as skipped_events, ${isoTime('k.last_skip')} as last_skip`;
const JOINED = `rules r left join rule_switches s on s.rule_id = r.id left join rule_hits h on h.rule_id = r.id
  left join rule_skips k on k.rule_id = r.id`;
const named = (
  ids: string,
) => `(select coalesce(json_agg(json_build_object('id', o.id, 'name', o.name) order by o.name), '[]')
  from rules o where ${ids})`;

const DETAIL = `
  select ${COLUMNS}, ${selected(DETAILS, 'r')},
         s.level as level_override, coalesce(s.revision, 0) as override_revision,
         ${isoTime('v.loaded_at')} as loaded_at,
         ${named('o.id = any(r.rule_references)')} as "references",
         ${named('r.id = any(o.rule_references)')} as referenced_by
    from ${JOINED} join rule_versions v on v.rule_id = r.id and v.version = r.version
   where r.id = $1 or r.name = $1
   order by r.id = $1 desc limit 1`;

const CHANGES = `
  select revision, enabled, level, changed_by, reason, ${isoTime('at')} as at
    from rule_switch_changes where rule_id = $1 order by rule_switch_changes.revision desc limit 50`;

const LOADS = `
  select revision, ${isoTime('loaded_at')} as loaded_at, problems,
         (select to_json(l) from (
            select ${isoTime('l.at')} as at, l.requested_by, l.reason, l.rules, l.problems from rule_loads l
             where l.outcome = 'refused' and l.id = (select max(id) from rule_loads)) l) as refused
    from rule_catalogue`;

/** What is wrong with rule files. */
export interface StoredRuleProblems {
  /** Of the set in force. */
  revision: number;
  /** Null before there is one. */
  loaded_at: string | null;
  problems: RuleProblem[];
  /** The last attempt to replace it, when that was refused. */
  refused: {
    at: string;
    requested_by: string | null;
    reason: string | null;
    /** Rules without an error among those that were read. */
    rules: number;
    problems: RuleProblem[];
  } | null;
}

/** Reads the rules in force. */
@Injectable()
export class RuleReader {
  constructor(private readonly dataSource: DataSource) {}

  /** One page of the rules that match, and how many match. */
  async page(
    filter: RuleFilter,
    order: RuleOrder,
    page: { limit: number; offset: number },
  ): Promise<{ items: StoredRule[]; total: number }> {
    const conditions = new SqlConditions()
      .and(
        `position(lower(?) in lower(concat_ws(E'\\n', r.id, r.name, r.title, r.description, array_to_string(r.tags, E'\\n')))) > 0`,
        filter.q,
      )
      .and('r.pack = ?', filter.pack)
      .and('r.kind = any(?::text[])', filter.kind)
      .and('coalesce(s.level, r.level) = any(?::text[])', filter.level)
      .and('coalesce(s.enabled, true) = ?', filter.enabled);
    const [totals, rows] = await Promise.all([
      queryRows<{ total: string }>(
        this.dataSource,
        `select count(*) as total from ${JOINED} ${conditions.where}`,
        [...conditions.parameters],
      ),
      queryRows<StoredRule & { hits: string }>(
        this.dataSource,
        `select ${COLUMNS} from ${JOINED} ${conditions.where} order by ${ORDER_BY[order]}
          limit ${page.limit} offset ${page.offset}`,
        [...conditions.parameters],
      ),
    ]);
    return { items: rows.map(counted), total: Number(totals[0]?.total ?? 0) };
  }

  /** The folders that there are rules of, each with their number. */
  packs(): Promise<{ pack: string; rules: number }[]> {
    return queryRows(
      this.dataSource,
      'select pack, count(*)::integer as rules from rules group by pack order by pack',
    );
  }

  /** The rule with this id, else the one with this name. */
  async find(idOrName: string): Promise<StoredRuleDetail | null> {
    const [row] = await queryRows<Omit<StoredRuleDetail, 'changes'> & { hits: string }>(
      this.dataSource,
      DETAIL,
      [idOrName],
    );
    if (row === undefined) return null;
    const changes = await queryRows<StoredOverrideChange>(this.dataSource, CHANGES, [row.id]);
    return {
      ...counted(row),
      override_revision: toSafeInteger(row.override_revision),
      changes: changes.map((change) => ({ ...change, revision: toSafeInteger(change.revision) })),
    };
  }

  async problems(): Promise<StoredRuleProblems> {
    const [row] = await queryRows<StoredRuleProblems & { revision: string }>(this.dataSource, LOADS);
    const revision = toSafeInteger(row!.revision);
    return { ...row!, revision, loaded_at: revision === 0 ? null : row!.loaded_at };
  }
}

function counted<T extends Pick<StoredRule, 'skipped_events'> & { hits: string | number }>(
  row: T,
): Omit<T, 'hits'> & { hits: number } {
  return { ...row, hits: toSafeInteger(row.hits), skipped_events: toSafeInteger(row.skipped_events) };
}
