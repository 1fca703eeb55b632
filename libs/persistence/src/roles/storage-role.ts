import { AppError, messageOf } from '@mcm/kernel';
import { escapeIdentifier } from 'pg';
import type { QueryRunner } from 'typeorm';

/** Owns the tables of events. It cannot sign in; what maintains partitions takes it for the time of a statement. */
export const STORAGE_ROLE = 'mcm_storage';
/**
 * Members may take {@link STORAGE_ROLE} by `set role` and have none of its rights before: it does not inherit. A member for
 * each login would do from PostgreSQL 16 on, where inheriting can be said of a membership.
 */
const STORAGE_SWITCH = 'mcm_storage_switch';

const CREATE_ROLES = `
  do $$ begin
    if not exists (select from pg_roles where rolname = '${STORAGE_ROLE}') then
      create role ${STORAGE_ROLE} nologin;
    end if;
    if not exists (select from pg_roles where rolname = '${STORAGE_SWITCH}') then
      create role ${STORAGE_SWITCH} nologin noinherit;
    end if;
  exception when duplicate_object or unique_violation then null;
  end $$;
  do $$ begin
    if not pg_has_role(current_user, '${STORAGE_ROLE}', 'usage') then grant ${STORAGE_ROLE} to current_user; end if;
    if not exists (select from pg_auth_members where roleid = '${STORAGE_ROLE}'::regrole and member = '${STORAGE_SWITCH}'::regrole) then
      grant ${STORAGE_ROLE} to ${STORAGE_SWITCH};
    end if;
  end $$`;

/** Partitions that were made by another owner, while services logged in as that, are taken over too. */
const TAKE_OVER = `
  grant usage, create on schema public to ${STORAGE_ROLE};
  do $$ declare each regclass; begin
    for each in
      select c.oid from pg_partition_tree('events') p join pg_class c on c.oid = p.relid
       where c.relowner <> '${STORAGE_ROLE}'::regrole
    loop execute format('alter table %s owner to ${STORAGE_ROLE}', each);
    end loop;
  end $$`;

/**
 * Lets a login maintain the tables of events, which it must not own: events belong to a role that it can take. To be run by
 * the owner of the database; running it again does no harm.
 *
 * @throws AppError `PERSISTENCE.STORAGE_ROLE_MISSING` with the statements that an administrator has to run
 */
export async function grantStorage(runner: QueryRunner, login: string): Promise<void> {
  try {
    await runner.query(CREATE_ROLES);
    await runner.query(TAKE_OVER);
    await runner.query(`grant ${STORAGE_SWITCH} to ${escapeIdentifier(login)}`);
  } catch (error) {
    throw new AppError(
      'unavailable',
      'PERSISTENCE.STORAGE_ROLE_MISSING',
      `The login of the migration may not set up the role that owns the events (${messageOf(error)}). Have an ` +
        `administrator of the database run, with that login in place of LOGIN: create role ${STORAGE_ROLE} nologin; ` +
        `create role ${STORAGE_SWITCH} nologin noinherit; grant ${STORAGE_ROLE} to ${STORAGE_SWITCH}; ` +
        `grant ${STORAGE_ROLE}, ${STORAGE_SWITCH} to LOGIN with admin option. Then migrate again.`,
      { cause: error },
    );
  }
}

/**
 * Runs work that changes tables of events as their owner; what belongs to services is to be done outside of it. A login
 * that owns them itself, in an installation with a single role, stays what it is.
 */
export async function asStorageOwner<T>(runner: QueryRunner, work: () => Promise<T>): Promise<T> {
  const [events] = (await runner.query(
    `select pg_has_role(relowner, 'usage') as mine from pg_class where oid = 'events'::regclass`,
  )) as { mine: boolean }[];
  if (events!.mine) return work();
  await runner.query(`set role ${STORAGE_ROLE}`);
  let failed = true;
  try {
    const result = await work();
    failed = false;
    return result;
  } finally {
    // A transaction that failed takes no more statements, and its end gives the role back.
    if (!failed || !runner.isTransactionActive) await runner.query('reset role');
  }
}
