import { randomBytes } from 'node:crypto';
import { createEmptyDatabase, type TestDatabase } from '@mcm/testing';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../data-source.js';
import { assertSchemaIsCurrent, migrate } from '../migrate.js';
import { type ApplicationLogin, grantApplication } from './application-role.js';
import { ownerRights } from './owner-rights.js';
import { probeWrites } from '../write-probe.js';

const unique = (name: string): ApplicationLogin => ({
  role: `${name}_${randomBytes(6).toString('hex')}`,
  password: `it's "hard" $1 ${name}`,
});

describe('the roles of the database', () => {
  let database: TestDatabase;
  let superuser: DataSource;
  const owner = unique('owner');
  const login = unique('app');
  const opened: DataSource[] = [];
  const open = async (as?: ApplicationLogin): Promise<DataSource> => {
    const url = new URL(database.url);
    if (as) {
      url.username = as.role;
      url.password = encodeURIComponent(as.password);
    }
    const settings = { url: url.href, poolSize: 2, applicationName: 'roles-test' };
    const dataSource = await createDataSource(settings).initialize();
    opened.push(dataSource);
    return dataSource;
  };
  const refused = (dataSource: DataSource, statement: string) =>
    expect(dataSource.query(statement)).rejects.toMatchObject({ driverError: { code: '42501' } });

  beforeAll(async () => {
    database = await createEmptyDatabase();
    superuser = await open();
    const name = new URL(database.url).pathname.slice(1);
    await superuser.query(
      `create role ${owner.role} login createrole password '${owner.password.replace("'", "''")}'`,
    );
    await superuser.query(`alter database ${name} owner to ${owner.role}`);
    // Where the roles exist already, an owner that is no superuser has to be allowed to give them to others.
    for (const role of ['mcm_application', 'mcm_audit', 'mcm_storage', 'mcm_storage_switch']) {
      const noinherit = role === 'mcm_storage_switch' ? 'noinherit' : '';
      await superuser.query(`do $$ begin create role ${role} nologin ${noinherit};
        exception when duplicate_object or unique_violation then null; end $$`);
      await superuser.query(`grant ${role} to ${owner.role} with admin option`);
    }
    await superuser.query('grant mcm_storage to mcm_storage_switch');
  });
  afterAll(async () => {
    await Promise.all(opened.splice(0).map((dataSource) => dataSource.destroy()));
    await database.drop();
    const other = await createEmptyDatabase();
    database = other;
    const last = await open();
    await last.query(`drop role if exists ${login.role}`);
    await last.query(`drop role ${owner.role}`);
    await last.destroy();
    await other.drop();
  });

  it('lets services work with rows, and with nothing else, under an owner that is no superuser', async () => {
    const asOwner = await open(owner);
    await migrate(asOwner);
    await grantApplication(asOwner, login);
    await grantApplication(asOwner, login);
    await expect(ownerRights(asOwner)).resolves.toMatch(/owns the tables.*DATABASE_APP_PASSWORD/);
    await expect(ownerRights(superuser)).resolves.toMatch(/is a superuser/);

    const services = await open(login);
    await assertSchemaIsCurrent(services);
    await probeWrites(services);
    await expect(ownerRights(services)).resolves.toBeNull();
    await services.query(`insert into event_daily_counts (day, count) values ('2026-01-01', 1)`);
    await services.query('update event_daily_counts set count = 2');
    await expect(services.query('select count from event_daily_counts')).resolves.toEqual([{ count: '2' }]);
    await services.query('delete from event_daily_counts');

    for (const statement of [
      'truncate events',
      'drop table events',
      'alter table events add column more text',
      `alter table events owner to ${login.role}`,
      'create index on events (source)',
      `create trigger watch before insert on events for each row execute function suppress_redundant_updates_trigger()`,
      'alter table events disable trigger all',
      'create table more (id int)',
      'create function more() returns int language sql as $$ select 1 $$',
      'create schema more',
      `insert into schema_migrations ("timestamp", name) values (9, 'nine')`,
      'delete from schema_migrations',
      `create role more`,
      `set role ${owner.role}`,
      `copy events to program 'cat'`,
      `select pg_read_file('/etc/passwd')`,
    ])
      await refused(services, statement);
  });

  it('grants tables of later migrations as they are created, and none of a schema with an owner of its own', async () => {
    const asOwner = await open(owner);
    await asOwner.query('create table later (id int)');
    await asOwner.query('create schema apart create table kept (id int)');
    await grantApplication(asOwner, login);
    const services = await open(login);
    await services.query('insert into later values (1)');
    await refused(services, 'select * from apart.kept');
  });

  it('updates the password, and lets it appear in no statement', async () => {
    const asOwner = await open(owner);
    const changed = { ...login, password: 'another one' };
    await grantApplication(asOwner, changed);
    await expect(open(login)).rejects.toMatchObject({ code: '28P01' });
    await expect(open(changed)).resolves.toBeDefined();
    await expect(
      superuser.query('select rolpassword from pg_authid where rolname = $1', [login.role]),
    ).resolves.toEqual([{ rolpassword: expect.stringMatching(/^SCRAM-SHA-256\$4096:/) }]);
    await grantApplication(asOwner, login);
  });

  it('takes no role for the services that is the owner or has rights of its own', async () => {
    const asOwner = await open(owner);
    await expect(grantApplication(asOwner, { ...owner })).rejects.toMatchObject({
      code: 'PERSISTENCE.LOGIN_NOT_CREATED',
      message: expect.stringMatching(/DATABASE_APP_USER.*it is the owner itself/),
    });
    const { username } = new URL(database.url);
    await expect(grantApplication(asOwner, { ...login, role: username })).rejects.toThrow(
      'rights of its own',
    );
  });

  it('names the owner that may not create the login', async () => {
    await superuser.query(`alter role ${owner.role} nocreaterole`);
    const asOwner = await open(owner);
    // Without a login, it grants what it can.
    await grantApplication(asOwner, null);
    await expect(grantApplication(asOwner, unique('more'))).rejects.toMatchObject({
      code: 'PERSISTENCE.LOGIN_NOT_CREATED',
      kind: 'invalid',
      message: expect.stringMatching(/permission denied.*Database roles/),
    });
  });
});
