import { createEmptyDatabase, type TestDatabase } from '@mcm/testing';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../data-source.js';
import { migrate } from '../migrate.js';

/** On this server the roles exist already: the migrations of other test databases created them. */
describe('the roles of the audit trail, for a login that is no superuser', () => {
  let database: TestDatabase;
  let administrator: DataSource;
  let migrating: DataSource;
  let login: string;
  const open = (url: string) =>
    createDataSource({ url, poolSize: 1, applicationName: 'audit-owner-test' }).initialize();

  beforeAll(async () => {
    database = await createEmptyDatabase();
    administrator = await open(database.url);
    const url = new URL(database.url);
    login = `login_${url.pathname.slice(1)}`;
    await administrator.query(`create role ${login} login password 'secret'`);
    await administrator.query(`alter database ${url.pathname.slice(1)} owner to ${login}`);
    [url.username, url.password] = [login, 'secret'];
    migrating = await open(url.href);
  });
  afterAll(async () => {
    await migrating.destroy();
    await administrator.query(`reassign owned by ${login} to current_user; drop owned by ${login}`);
    await administrator.query(`drop role ${login}`);
    await administrator.destroy();
    await database.drop();
  });

  it('names the statements that an administrator has to run, and works once they have run', async () => {
    await expect(migrate(migrating)).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'PERSISTENCE.AUDIT_ROLES_MISSING',
      message: expect.stringContaining('grant mcm_audit, mcm_application to LOGIN'),
    });
    await administrator.query(`grant mcm_audit, mcm_application to ${login}`);
    expect(await migrate(migrating)).toContain('audit-trail-0000000000011');
    await administrator.query(`revoke mcm_audit from ${login}`);
    // An entry without an action has no place in the columns.
    await expect(migrating.query(`select audit.append('{}', '[]')`)).rejects.toMatchObject({
      driverError: { code: '23502' },
    });
    await expect(migrating.query('delete from audit.entries')).rejects.toThrow('permission denied');
  });
});
