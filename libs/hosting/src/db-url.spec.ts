import { takeDbUrl } from './db-url.js';

it.each([
  ['postgresql+psycopg2://mcm:secret@db:5432/mcm', 'postgres://mcm:secret@db:5432/mcm'],
  ['postgresql://mcm:secret@db/mcm', 'postgres://mcm:secret@db/mcm'],
])('takes %s for the database', (given, address) => {
  const env: NodeJS.ProcessEnv = { DB_URL: given };
  takeDbUrl(env);
  expect(env['DATABASE_URL']).toBe(address);
});

it('lets DATABASE_URL stand, and does nothing without DB_URL', () => {
  const env: NodeJS.ProcessEnv = { DB_URL: 'sqlite:///app.db', DATABASE_URL: 'postgres://db/mcm' };
  takeDbUrl(env);
  expect(env['DATABASE_URL']).toBe('postgres://db/mcm');
  const empty: NodeJS.ProcessEnv = { DB_URL: '' };
  takeDbUrl(empty);
  expect(empty).toEqual({ DB_URL: '' });
});

it('names it in an error when it is another database, without the password', () => {
  for (const given of ['sqlite:///./app.db', 'mysql://root:secret@db/mcm']) {
    const take = () => takeDbUrl({ DB_URL: given });
    expect(take).toThrow(/DB_URL is not an address of PostgreSQL.*DATABASE_URL/);
    expect(take).not.toThrow('secret');
  }
});
