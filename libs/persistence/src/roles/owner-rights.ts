import type { DataSource } from 'typeorm';

/**
 * Says in a sentence what the role of this connection can do that services never need to, or null when there is nothing:
 * it is a superuser, or owns the tables.
 */
export async function ownerRights(dataSource: DataSource): Promise<string | null> {
  const [role] = (await dataSource.query(
    `select rolname as name, rolsuper as super, pg_has_role(relowner, 'usage') as owner
       from pg_roles, pg_class where rolname = current_user and pg_class.oid = to_regclass('events')`,
  )) as { name: string; super: boolean; owner: boolean }[];
  if (!role || !(role.super || role.owner)) return null;
  const what = role.super ? 'is a superuser of the database' : 'owns the tables';
  return (
    `The role ${role.name}, with which this process logs in, ${what}: a process that is taken over could change ` +
    'everything there, also what is kept as evidence. Let it log in as a role of its own (DATABASE_APP_PASSWORD; ' +
    'docs/operations.md, "Database roles").'
  );
}
