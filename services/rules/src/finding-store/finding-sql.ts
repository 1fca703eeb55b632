import { FINDING_GROUP_LOCKS } from '@mcm/contracts';
import { column, columnList, eachColumn, FINDING, FINDING_DRAFT, pick, recordsFrom } from '@mcm/persistence';

const COLUMNS = columnList(FINDING_DRAFT);

/**
 * Writes the drafts ($1) whose keys are new. The ids follow the order of the drafts; the rows are inserted in the order
 * of their keys, so that concurrent batches do not wait for each other in a circle. The day comes from the stored
 * value, which is rounded to milliseconds.
 */
const INSERT = `
  insert into findings (id, ${COLUMNS}, created_at, updated_at) overriding system value
  select id, ${COLUMNS}, statement_timestamp(), statement_timestamp()
    from (select nextval('findings_id_seq') as id, draft.* from ${recordsFrom('$1', 'draft', FINDING_DRAFT)}) numbered
   order by finding_key
  on conflict (finding_key) do nothing
  returning id, finding_key, rule_id, severity, coalesce(canonical_user, "user") as "user", (created_at at time zone 'UTC')::date as day`;

/**
 * Applies the rows (rule_id, canonical "user", day, severity, change) of `changes` to all tables of counts; one with change 0 says
 * that a rule has found something again. All writers lock counts after rows, the daily ones first, then those of the
 * users, then those of the rules and each in their order, so that no writers wait in a circle: that is why each insert
 * asks whether the one before is done.
 *
 * @param foundAt when the rules found something, as SQL
 */
const countChanges = (foundAt: string) => `
  daily as (
    insert into finding_daily_counts as counts (day, severity, count)
    select day, severity, sum(change) from changes group by day, severity having sum(change) <> 0 order by day, severity
    on conflict (day, severity) do update set count = counts.count + excluded.count
    returning day
  ), user_daily as (
    insert into finding_user_daily_counts as counts ("user", day, severity, count)
    select "user", day, severity, sum(change) from changes
     where (select count(*) from daily) >= 0
     group by "user", day, severity having sum(change) <> 0 order by "user", day, severity
    on conflict ("user", day, severity) do update set count = counts.count + excluded.count
    returning day
  ), per_rule as (
    insert into rule_hits as counts (rule_id, hits, last_hit)
    select rule_id, sum(change), ${foundAt} from changes
     where (select count(*) from user_daily) >= 0
     group by rule_id order by rule_id
    on conflict (rule_id) do update
       set hits = counts.hits + excluded.hits, last_hit = greatest(counts.last_hit, excluded.last_hit)
  )`;
const COUNT_CHANGES = countChanges('statement_timestamp()');

/** Rows and counts in one statement; answers the new rows. $1: drafts as a JSON array. */
export const INSERT_AND_COUNT = `
  with inserted as (${INSERT}),
  changes as (select rule_id, "user", day, severity, 1 as change from inserted), ${COUNT_CHANGES}
  select id, finding_key from inserted`;

/** Rows alone, for a transaction that counts at its end; answers the new rows with what their counts need. */
export const INSERT_ONLY = `
  with inserted as (${INSERT})
  select id, finding_key, rule_id, severity, "user", to_char(day, 'YYYY-MM-DD') as day from inserted`;

/** $1: `[{rule_id, user, day, severity, change}]`. */
export const APPLY_COUNTS = `
  with changes as materialized (
    select * from jsonb_to_recordset($1::jsonb) as change (
      rule_id text, "user" text, day date, severity text, change bigint)
  ), ${COUNT_CHANGES}
  select 1`;

/** $1: uuid[]. */
export const SELECT_BY_KEY =
  'select id, finding_key, revision, first_seen from findings where finding_key = any($1::uuid[])';

/**
 * Makes transactions that write episodes of the same group follow each other. There is a fixed number of locks, so
 * that a large batch cannot use up the lock table of the server. $1: `[{rule_id, group_key}]`; $2: how many locks.
 */
export const LOCK_GROUPS = `
  select pg_advisory_xact_lock(${FINDING_GROUP_LOCKS}, stripe)
    from (select distinct mod(hashtextextended(group_key, hashtextextended(rule_id, 0)), $2::bigint)::integer as stripe
            from jsonb_to_recordset($1::jsonb) as episode (rule_id text, group_key text)
           order by stripe) stripes`;

/** Stored episodes that overlap a range of their group or have one of the keys. $1: `[{rule_id, group_key, first_seen, last_seen, keys}]`. */
export const SELECT_EPISODES = `
  with wanted as materialized (
    select * from jsonb_to_recordset($1::jsonb) as wanted (
      rule_id text, group_key text, first_seen timestamptz(3), last_seen timestamptz(3), keys uuid[])
  ), found as (
    select f.id from wanted w join findings f
        on f.kind = 'correlation' and f.rule_id = w.rule_id
       and hashtextextended(f.group_key, 0) = hashtextextended(w.group_key, 0) and f.group_key = w.group_key
       and f.last_seen >= w.first_seen and f.first_seen <= w.last_seen
    union
    select f.id from wanted w cross join unnest(w.keys) as key join findings f
        on f.finding_key = key and f.kind = 'correlation' and f.rule_id = w.rule_id and f.group_key = w.group_key
  )
  select id, finding_key, rule_id, rule_hash, group_key, severity, coalesce(canonical_user, "user") as "user",
         first_seen, last_seen, event_count, revision,
         to_char(created_at at time zone 'UTC', 'YYYY-MM-DD') as day
    from findings where id in (select id from found)`;

/** What an episode that is rewritten always gets. */
const STATE = pick(FINDING, 'first_seen', 'last_seen', 'event_count', 'severity');
/** What it gets with the content of a draft; without that it stays. */
const CONTENT = pick(
  FINDING,
  'rule_name',
  'rule_hash',
  'title',
  'description',
  'user',
  'event_uids',
  'reasons',
  'controls',
);
const REWRITTEN = { ...STATE, ...CONTENT };
const ROW = { id: FINDING.id, ...REWRITTEN, canonical_user: FINDING.canonical_user };

/**
 * Rewrites episodes that say something else now. Content that is absent stays as it is. $1: an array of `{id, absorbs,
 * first_seen, last_seen, event_count, severity}`, each with or without the content of a draft.
 */
export const UPDATE_EPISODES = `
  with planned as materialized (
    select p.id, p.absorbs, ${columnList(STATE, 'p')},
           ${eachColumn(CONTENT, (name) => `coalesce(p.${name}, f.${name}) as ${name}`)},
           case when p."user" is null then f.canonical_user else p.canonical_user end as canonical_user
      from ${recordsFrom('$1', 'p', { absorbs: column('boolean'), ...ROW })}
      join findings f on f.id = p.id
  )
  update findings f
     set ${eachColumn(REWRITTEN, (name) => `${name} = p.${name}`)}, canonical_user = p.canonical_user,
         revision = f.revision + 1, updated_at = statement_timestamp()
    from planned p
   where f.id = p.id
     and (p.absorbs or (${columnList(REWRITTEN, 'f')}) is distinct from (${columnList(REWRITTEN, 'p')}))
  returning f.id, f.revision`;

/** $1: bigint[]. */
export const DELETE_FINDINGS = 'delete from findings where id = any($1::bigint[])';

/**
 * The next findings that were changed last before a moment ($1), and whether each is about one of the held stretches of
 * days ($2 and $3: their first and last days). $4 and $5: `created_at` and `id` of the one before; $6: how many.
 */
export const SELECT_OLD = `
  select id, created_at::text as created_at, rule_id, group_key,
         exists (select from unnest($2::text[], $3::text[]) as held (first, last)
                  where f.last_seen >= held.first::timestamptz
                    and f.first_seen < held.last::timestamptz + interval '1 day') as held
    from findings f
   where created_at < $1::timestamptz and updated_at < $1::timestamptz
     and (created_at, id) > ($4::timestamptz, $5::bigint)
   order by created_at, id limit $6`;

/** Removes findings ($1: bigint[]) unless they were changed since a moment ($2), and counts them out. */
export const REMOVE_AND_COUNT = `
  with removed as (
    delete from findings where id = any($1::bigint[]) and updated_at < $2::timestamptz
    returning rule_id, severity, coalesce(canonical_user, "user") as "user", (created_at at time zone 'UTC')::date as day
  ),
  changes as (select rule_id, "user", day, severity, -1 as change from removed), ${countChanges("'-infinity'::timestamptz")}
  select count(*)::int as removed from removed`;

/** $1: the day before which counts of nothing go. */
export const FORGET_EMPTY_COUNTS = [
  'delete from finding_daily_counts where day < $1::date and count = 0',
  'delete from finding_user_daily_counts where day < $1::date and count = 0',
];
