import { FINDING_GROUP_LOCKS } from '@mcm/contracts';

const COLUMNS = `finding_key, kind, rule_id, rule_name, rule_hash, title, description, severity, "user",
  canonical_user, group_key, first_seen, last_seen, event_count, event_uids, reasons, controls, first_received_at`;

const DRAFT = `draft (
  finding_key uuid, kind text, rule_id text, rule_name text, rule_hash text, title text, description text,
  severity text, "user" text, canonical_user text, group_key text, first_seen timestamptz(3), last_seen timestamptz(3),
  event_count integer, event_uids uuid[], reasons jsonb, controls jsonb, first_received_at timestamptz(3))`;

/**
 * Writes the drafts ($1) whose keys are new. The ids follow the order of the drafts; the rows are inserted in the order
 * of their keys, so that concurrent batches do not wait for each other in a circle. The day comes from the stored
 * value, which is rounded to milliseconds.
 */
const INSERT = `
  insert into findings (id, ${COLUMNS}, created_at, updated_at) overriding system value
  select id, ${COLUMNS}, statement_timestamp(), statement_timestamp()
    from (select nextval('findings_id_seq') as id, draft.* from jsonb_to_recordset($1::jsonb) as ${DRAFT}) numbered
   order by finding_key
  on conflict (finding_key) do nothing
  returning id, finding_key, rule_id, severity, coalesce(canonical_user, "user") as "user", (created_at at time zone 'UTC')::date as day`;

/**
 * Applies the rows (rule_id, canonical "user", day, severity, change) of `changes` to all tables of counts; one with change 0 says
 * that a rule has found something again. Everybody locks counts after rows, the daily ones first, then those of the
 * users, then those of the rules and each in their order, so that nobody waits in a circle: that is why each insert
 * asks whether the one before is done.
 */
const COUNT_CHANGES = `
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
    select rule_id, sum(change), statement_timestamp() from changes
     where (select count(*) from user_daily) >= 0
     group by rule_id order by rule_id
    on conflict (rule_id) do update
       set hits = counts.hits + excluded.hits, last_hit = greatest(counts.last_hit, excluded.last_hit)
  )`;

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
  'select id, finding_key, revision from findings where finding_key = any($1::uuid[])';

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

/**
 * Rewrites episodes that say something else now. Content that is absent stays as it is. $1: an array of `{id, absorbs,
 * first_seen, last_seen, event_count, severity}`, each with or without the content of a draft.
 */
export const UPDATE_EPISODES = `
  with planned as materialized (
    select p.id, p.absorbs, p.first_seen, p.last_seen, p.event_count, p.severity,
           coalesce(p.rule_name, f.rule_name) as rule_name, coalesce(p.rule_hash, f.rule_hash) as rule_hash,
           coalesce(p.title, f.title) as title, coalesce(p.description, f.description) as description,
           coalesce(p."user", f."user") as "user",
           case when p."user" is null then f.canonical_user else p.canonical_user end as canonical_user,
           coalesce(p.event_uids, f.event_uids) as event_uids,
           coalesce(p.reasons, f.reasons) as reasons, coalesce(p.controls, f.controls) as controls
      from jsonb_to_recordset($1::jsonb) as p (
             id bigint, absorbs boolean, first_seen timestamptz(3), last_seen timestamptz(3), event_count integer,
             severity text, rule_name text, rule_hash text, title text, description text, "user" text,
             canonical_user text, event_uids uuid[], reasons jsonb, controls jsonb)
      join findings f on f.id = p.id
  )
  update findings f
     set first_seen = p.first_seen, last_seen = p.last_seen, event_count = p.event_count, severity = p.severity,
         rule_name = p.rule_name, rule_hash = p.rule_hash, title = p.title, description = p.description,
         "user" = p."user", canonical_user = p.canonical_user, event_uids = p.event_uids, reasons = p.reasons, controls = p.controls,
         revision = f.revision + 1, updated_at = statement_timestamp()
    from planned p
   where f.id = p.id
     and (p.absorbs or
          (f.first_seen, f.last_seen, f.event_count, f.severity, f.rule_name, f.rule_hash, f.title, f.description,
           f."user", f.event_uids, f.reasons, f.controls)
          is distinct from
          (p.first_seen, p.last_seen, p.event_count, p.severity, p.rule_name, p.rule_hash, p.title, p.description,
           p."user", p.event_uids, p.reasons, p.controls))
  returning f.id, f.revision`;

/** $1: bigint[]. */
export const DELETE_FINDINGS = 'delete from findings where id = any($1::bigint[])';
