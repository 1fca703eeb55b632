// Why: names of actors that look alike are found together: a row whose user is not its own canonical name says what that is,
// and the indexes of the filter "user" hold canonical names.
// May the old process keep running: yes. What it writes meanwhile is found under the name as it was sent, and its filter
// "user" has no index.
import { canonicalName, isActorField } from '@mcm/kernel';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const COLUMNS = `
  alter table events add column canonical_user text;
  alter table findings add column canonical_user text;
  comment on column events.canonical_user is 'Canonical name of "user"; null where "user" is its own';
  comment on column findings.canonical_user is 'Canonical name of "user"; null where "user" is its own';
  comment on column finding_user_daily_counts."user" is 'Canonical name';
`;

const INDEXES = `
  create index events_actor_timestamp_idx on events ((coalesce(canonical_user, "user")), "timestamp" desc, id desc);
  create index findings_actor_created_at_idx on findings ((coalesce(canonical_user, "user")), created_at desc, id desc);
  drop index events_user_timestamp_idx;
  drop index findings_user_created_at_idx;
`;

/** Distinct names that may not be their own canonical form, one step through an index for each name. */
const NAMES = (table: string) => `
  with recursive names (name) as (
    (select "user" from ${table} order by "user" limit 1)
    union all
    select (select "user" from ${table} where "user" > names.name order by "user" limit 1)
      from names where names.name is not null
  )
  select name from names where name !~ '^[!-@[-~]+$'`;

const NAME_ROWS = (table: string) => `
  update ${table} set canonical_user = renamed.canonical
    from unnest($1::text[], $2::text[]) as renamed (name, canonical) where "user" = renamed.name`;

const MERGE_COUNTS = `
  with gone as (
    delete from finding_user_daily_counts counts using unnest($1::text[], $2::text[]) as renamed (name, canonical)
     where counts."user" = renamed.name returning renamed.canonical, counts.day, counts.severity, counts.count
  )
  insert into finding_user_daily_counts as counts ("user", day, severity, count)
  select canonical, day, severity, sum(count) from gone group by canonical, day, severity
  on conflict ("user", day, severity) do update set count = counts.count + excluded.count`;

const GROUP_KEYS = `
  select distinct group_key from findings where kind = 'correlation' and group_key ~ '[A-Z ]|[^ -~]'`;

const NAME_GROUPS = `
  update findings set group_key = renamed.canonical
    from unnest($1::text[], $2::text[]) as renamed (name, canonical)
   where kind = 'correlation' and group_key = renamed.name`;

/** Names are renamed in portions of this size. */
const PORTION = 10_000;

export class CanonicalActors implements MigrationInterface {
  readonly name = 'canonical-actors-0000000000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(COLUMNS);
    await rename(runner, NAMES('events'), canonicalName, [NAME_ROWS('events')]);
    await rename(runner, NAMES('findings'), canonicalName, [NAME_ROWS('findings'), MERGE_COUNTS]);
    await rename(runner, GROUP_KEYS, canonicalGroup, [NAME_GROUPS]);
    await runner.query(INDEXES);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}

async function rename(
  runner: QueryRunner,
  select: string,
  canonical: (name: string) => string,
  updates: readonly string[],
): Promise<void> {
  const rows = (await runner.query(select)) as Record<string, string>[];
  const names = rows
    .map((row) => Object.values(row)[0]!)
    .map((name) => [name, canonical(name)] as const)
    .filter(([name, known]) => name !== known);
  for (let at = 0; at < names.length; at += PORTION) {
    const portion = names.slice(at, at + PORTION);
    const parameters = [portion.map(([name]) => name), portion.map(([, known]) => known)];
    for (const update of updates) await runner.query(update, parameters);
  }
}

/** A group as rules write it since they know actors by their canonical names, so that its episodes go on. */
function canonicalGroup(key: string): string {
  return JSON.stringify(
    Object.fromEntries(
      Object.entries(JSON.parse(key) as Record<string, string>).map(([field, value]) => [
        field,
        isActorField(field) ? canonicalName(value) : value,
      ]),
    ),
  );
}
