import { AppError, messageOf } from '@mcm/kernel';
import { QueryFailedError, type QueryRunner } from 'typeorm';

/** Owns the audit trail. It cannot sign in, and the logins of the services are not members of it. */
export const AUDIT_OWNER = 'mcm_audit';
/** The logins of the services are members of this role: what the application may do is granted to it. */
export const APPLICATION_ROLE = 'mcm_application';

/** Roles belong to the server, so that the migration of another database may be creating the same one. */
const createRole = (name: string) => `
  do $$ begin
    if not exists (select from pg_catalog.pg_roles where rolname = '${name}') then create role ${name} nologin; end if;
  exception when duplicate_object or unique_violation then null; end $$`;

/** Whether the login can act as each of the roles. PostgreSQL 16 distinguishes that from being a member. */
const MEMBERSHIPS = `
  select pg_has_role(current_user, '${AUDIT_OWNER}', kind) as is_owner,
         pg_has_role(current_user, '${APPLICATION_ROLE}', kind) as is_application
    from (select case when current_setting('server_version_num')::int < 160000 then 'MEMBER' else 'SET' end as kind) k`;

const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Runs statements as the owner of the audit trail, within the transaction of a migration; `before` runs as the login
 * itself. Creates the two roles where they are missing. A login that is no superuser is a member of the owner for this time
 * alone.
 *
 * @throws AppError `PERSISTENCE.AUDIT_ROLES_MISSING` with the statements that an administrator has to run
 */
export async function asAuditOwner(
  runner: QueryRunner,
  { before, asOwner }: { before: string; asOwner: string },
): Promise<void> {
  const joined = await enterRoles(runner).catch((error: unknown) => {
    throw explained(error);
  });
  await runner.query(before);
  await runner.query(`set local role ${AUDIT_OWNER}`);
  await runner.query(asOwner);
  await runner.query('set local role none');
  if (joined) await runner.query(`revoke ${AUDIT_OWNER} from current_user`);
}

/** True when the login was made a member of the owner, false when it could act as the owner already. */
async function enterRoles(runner: QueryRunner): Promise<boolean> {
  await runner.query(createRole(APPLICATION_ROLE));
  await runner.query(createRole(AUDIT_OWNER));
  const [login] = await runner.manager.query<{ is_owner: boolean; is_application: boolean }[]>(MEMBERSHIPS);
  // The login that migrates may be the one of the services, too.
  if (!login!.is_application) await runner.query(`grant ${APPLICATION_ROLE} to current_user`);
  if (!login!.is_owner) await runner.query(`grant ${AUDIT_OWNER} to current_user`);
  return !login!.is_owner;
}

function explained(error: unknown): unknown {
  if (!(error instanceof QueryFailedError)) return error;
  const cause = error.driverError as Error & { code?: string };
  if (cause.code !== INSUFFICIENT_PRIVILEGE) return error;
  return new AppError(
    'unavailable',
    'PERSISTENCE.AUDIT_ROLES_MISSING',
    `The login of the migration may not create the roles of the audit trail (${messageOf(cause)}). Have an administrator ` +
      `of the database run, with that login in place of LOGIN: create role ${AUDIT_OWNER} nologin; ` +
      `create role ${APPLICATION_ROLE} nologin; grant ${AUDIT_OWNER}, ${APPLICATION_ROLE} to LOGIN. ` +
      `Then migrate again, and afterwards: revoke ${AUDIT_OWNER} from LOGIN (docs/security.md says why).`,
    { cause },
  );
}
