import { ADVISORY_LOCKS } from '@mcm/contracts';
import { AppError, messageOf } from '@mcm/kernel';
import { escapeIdentifier, escapeLiteral } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import { databaseError } from '../database-errors.js';
import { APPLICATION_ROLE } from '../migrations/audit-owner.js';
import { scramVerifier } from './scram-verifier.js';
import { grantStorage } from './storage-role.js';

/** The role with which services log in. */
export interface ApplicationLogin {
  role: string;
  /** Of printable ASCII characters. */
  password: string;
}

/** Schemas of the product that services work with. What has a schema and an owner of its own grants by itself. */
const SCHEMAS = ['public', 'queue'];
/** Tables that say how far the schema is; only migrations write them. */
const LEDGERS = ['public.schema_migrations', 'queue.migration'];
const ROWS = 'select, insert, update, delete';

// In two databases of one server at the same time, one finds that the role has just been created.
const CREATE_GROUP = `
  do $$ begin
    if not exists (select from pg_roles where rolname = '${APPLICATION_ROLE}') then
      create role ${APPLICATION_ROLE} nologin;
    end if;
  exception when duplicate_object or unique_violation then null;
  end $$`;

/** What the owner creates from now on is granted with it, so that services never meet a table that is not. */
const GRANT_WHAT_COMES = (schema: string) => `
  alter default privileges in schema ${schema} grant ${ROWS} on tables to ${APPLICATION_ROLE};
  alter default privileges in schema ${schema} grant usage on sequences to ${APPLICATION_ROLE}`;

/** Other programs may have tables in \`public\` that are not ours to grant. */
const GRANT_WHAT_IS = (schema: string) => `
  grant usage on schema ${schema} to ${APPLICATION_ROLE};
  do $$ declare each record; begin
    for each in
      select oid::regclass as name, relkind from pg_class
       where relnamespace = '${schema}'::regnamespace and relkind in ('r', 'p', 'v', 'S')
         and pg_has_role(relowner, 'usage')
    loop
      if each.relkind = 'S' then execute format('grant usage on sequence %s to ${APPLICATION_ROLE}', each.name);
      else execute format('grant ${ROWS} on %s to ${APPLICATION_ROLE}', each.name);
      end if;
    end loop;
  end $$`;

/**
 * Creates the role that migrations grant to, and has them grant the tables that they create. Changes nothing when the
 * owner may not create roles: the migration that needs the role says so.
 */
export async function prepareApplicationRole(runner: QueryRunner): Promise<void> {
  const [has] = (await runner.query(
    `select exists (select from pg_roles where rolname = '${APPLICATION_ROLE}') as role, rolsuper or rolcreaterole as may
       from pg_roles where rolname = current_user`,
  )) as { role: boolean; may: boolean }[];
  if (!has!.role && !has!.may) return;
  await runner.query(CREATE_GROUP);
  await runner.query(GRANT_WHAT_COMES('public'));
}

/**
 * Grants the application role what services need in the tables that there are, and creates or updates the login of the
 * services where one is given. To be run by the owner after all migrations, those of queue and bus included. Running it
 * again does no harm.
 *
 * @throws AppError `PERSISTENCE.LOGIN_NOT_CREATED` when the owner may not create the login
 */
export async function grantApplication(
  dataSource: DataSource,
  login: ApplicationLogin | null,
): Promise<void> {
  try {
    await dataSource.transaction(async ({ queryRunner }) => {
      const runner = queryRunner!;
      await runner.query('set local statement_timeout = 0');
      await runner.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCKS.migrations]);
      const present: { nspname: string }[] = await runner.query(
        'select nspname from pg_namespace where nspname = any($1)',
        [SCHEMAS],
      );
      for (const { nspname } of present) {
        await runner.query(GRANT_WHAT_IS(nspname));
        await runner.query(GRANT_WHAT_COMES(nspname));
      }
      for (const ledger of LEDGERS) {
        const [found] = (await runner.query('select to_regclass($1) is not null as there', [ledger])) as {
          there: boolean;
        }[];
        if (found!.there)
          await runner.query(`revoke insert, update, delete on ${ledger} from ${APPLICATION_ROLE}`);
      }
      if (login) await createLogin(runner, login);
      if (login) await grantStorage(runner, login.role);
    });
  } catch (error) {
    throw databaseError(error);
  }
}

async function createLogin(runner: QueryRunner, login: ApplicationLogin): Promise<void> {
  const name = escapeIdentifier(login.role);
  const password = escapeLiteral(scramVerifier(login.password));
  const [found] = (await runner.query(
    `select rolname = current_user as owner, rolsuper or rolcreaterole or rolbypassrls as powerful
       from pg_roles where rolname = $1`,
    [login.role],
  )) as { owner: boolean; powerful: boolean }[];
  if (found?.owner) throw loginNotCreated(login, 'it is the owner itself');
  if (found?.powerful) throw loginNotCreated(login, 'there is a role of this name with rights of its own');
  try {
    await runner.query(`${found ? 'alter' : 'create'} role ${name} login password ${password}`);
    await runner.query(`grant ${APPLICATION_ROLE} to ${name}`);
  } catch (error) {
    throw loginNotCreated(login, messageOf(error), error);
  }
}

function loginNotCreated({ role }: ApplicationLogin, why: string, cause?: unknown): AppError {
  return new AppError(
    'invalid',
    'PERSISTENCE.LOGIN_NOT_CREATED',
    `The role ${role}, with which services are to log in (DATABASE_APP_USER, DATABASE_APP_PASSWORD), cannot be ` +
      `created: ${why}. See docs/operations.md, "Database roles".`,
    { cause },
  );
}
