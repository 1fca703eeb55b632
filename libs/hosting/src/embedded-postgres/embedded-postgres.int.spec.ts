import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@mcm/testing';
import pg from 'pg';
import { openFolder } from '../../test/open-folder.js';
import { EmbeddedPostgres, type EmbeddedPostgresEvent } from './embedded-postgres.js';
import { isAlive } from './process-identity.js';

const isRoot = process.getuid?.() === 0;
const running: EmbeddedPostgres[] = [];
let folder: Awaited<ReturnType<typeof openFolder>>;
let dataDir: string;

/** A data folder with a cluster, which is made once: that takes longer than most of the tests. */
let made: Awaited<ReturnType<typeof openFolder>>;
beforeAll(async () => {
  made = await openFolder();
  const server = new EmbeddedPostgres();
  await server.start({ dataDir: join(made.path, 'data'), durable: false, onEvent: () => undefined });
  await server.stop();
});
afterAll(() => made.remove());

beforeEach(async () => {
  folder = await openFolder();
  dataDir = join(folder.path, 'data');
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  await folder.remove();
});

/** Gives the test a data folder that was used before, with owners and modes as they were. */
async function useMadeFolder(): Promise<void> {
  await promisify(execFile)('cp', ['-a', join(made.path, 'data'), dataDir]);
}

async function start(options: Partial<Parameters<EmbeddedPostgres['start']>[0]> = {}) {
  const server = new EmbeddedPostgres();
  running.push(server);
  const events: EmbeddedPostgresEvent[] = [];
  const onEvent = (event: EmbeddedPostgresEvent) => events.push(event);
  const { url } = await server.start({ dataDir, durable: false, onEvent, ...options });
  return { server, url, events };
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a server', () => {
  it('starts, keeps its data over a restart, and leaves no process behind', async () => {
    const first = await start();
    expect(first.events.map(({ type }) => type)).toEqual(['creating']);
    await query(first.url, "CREATE TABLE kept AS SELECT 'Ärger' AS word");
    const pid = first.server.pid!;
    await first.server.stop();
    expect(isAlive(pid)).toBe(false);
    expect(first.server.pid).toBeNull();

    const second = await start();
    expect(second.events).toEqual([]);
    expect(await query(second.url, 'SELECT lower(word) AS word FROM kept')).toEqual([{ word: 'ärger' }]);
  });

  it('speaks UTF-8, sorts by code point, and listens on 127.0.0.1 with a password alone', async () => {
    await useMadeFolder();
    const { url } = await start();
    expect(
      await query(
        url,
        `SELECT current_setting('server_encoding') AS encoding, current_setting('listen_addresses') AS address,
                current_setting('unix_socket_directories') AS sockets,
                (SELECT string_agg(x, '' ORDER BY x) FROM unnest(ARRAY['b','Z','a','ä']) AS x) AS sorted`,
      ),
    ).toEqual([{ encoding: 'UTF8', address: '127.0.0.1', sockets: '', sorted: 'Zabä' }]);

    const wrong = new URL(url);
    wrong.password = 'guessed';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    const { mode } = await stat(join(dataDir, 'password'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('writes every commit through unless it is for tests', async () => {
    await useMadeFolder();
    const { url } = await start({ durable: true });
    const rows = await query(
      url,
      "SELECT name, setting FROM pg_settings WHERE name IN ('fsync','synchronous_commit','full_page_writes') ORDER BY name",
    );
    expect(rows).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'full_page_writes', setting: 'on' },
      { name: 'synchronous_commit', setting: 'on' },
    ]);
  });
});

describe('a server that is killed', () => {
  it('comes back on the same port with what was committed, and gives out no number twice', async () => {
    await useMadeFolder();
    const { server, url, events } = await start({ durable: true });
    await query(url, 'CREATE TABLE numbered (id bigint GENERATED ALWAYS AS IDENTITY, word text)');
    for (const word of ['first', 'second'])
      await query(url, `INSERT INTO numbered (word) VALUES ('${word}')`);
    const killed = server.pid!;
    process.kill(killed, 'SIGKILL');

    await eventually(() => events.some(({ type }) => type === 'recovered'));
    expect(events.map(({ type }) => type)).toEqual(['lost', 'recovered']);
    expect(server.pid).not.toBe(killed);
    await query(url, "INSERT INTO numbered (word) VALUES ('third')");
    expect(await query(url, 'SELECT word FROM numbered ORDER BY word')).toEqual(
      ['first', 'second', 'third'].map((word) => ({ word })),
    );
    expect(await query(url, 'SELECT count(DISTINCT id)::int AS ids FROM numbered')).toEqual([{ ids: 3 }]);
  });

  it('is given up with a sentence when it does not stay up', async () => {
    await useMadeFolder();
    const { server, events } = await start({ restart: { maxRestarts: 1, firstDelayMs: 1 } });
    process.kill(server.pid!, 'SIGKILL');
    await eventually(() => events.some(({ type }) => type === 'recovered'));
    process.kill(server.pid!, 'SIGKILL');

    const failed = await eventually(() => events.find((event) => event.type === 'failed'));
    expect(failed).toMatchObject({
      error: { code: 'HOST.DATABASE_LOST', message: expect.stringContaining('ended 2 times within 60 s') },
    });
    expect(server.pid).toBeNull();
    await server.stop();
  });
});

describe('a data folder', () => {
  it('belongs to one server at a time', async () => {
    await useMadeFolder();
    await start();
    await expect(start()).rejects.toMatchObject({
      code: 'HOST.ALREADY_RUNNING',
      message: expect.stringContaining(dataDir),
    });
    await expect(EmbeddedPostgres.reset(dataDir)).rejects.toMatchObject({ code: 'HOST.ALREADY_RUNNING' });
  });

  it('is free again after a start that failed, which says what the server said', async () => {
    await useMadeFolder();
    const control = join(dataDir, 'cluster', 'global', 'pg_control');
    await rm(control);
    await expect(start()).rejects.toMatchObject({
      code: 'HOST.DATABASE_FAILED',
      message: expect.stringMatching(/ended while starting.*server\.log:\n.*(FATAL|could not)/s),
    });
    await EmbeddedPostgres.reset(dataDir);
    const { events } = await start();
    expect(events.map(({ type }) => type)).toEqual(['creating']);
  });

  it('that is written by another major version is left alone', async () => {
    await useMadeFolder();
    await writeFile(join(dataDir, 'cluster', 'PG_VERSION'), '12\n');
    await expect(start()).rejects.toMatchObject({
      code: 'HOST.DATA_VERSION',
      message: expect.stringContaining('PostgreSQL 12'),
    });
  });

  it('that cannot be written is named', async () => {
    // Root may write nearly everywhere, but not to the kernel's own file system.
    const refused = isRoot ? '/sys/mini-compliance-monitor' : join(folder.path, 'closed');
    if (!isRoot) {
      await mkdir(refused);
      await chmod(refused, 0o555);
    }
    await expect(start({ dataDir: refused })).rejects.toMatchObject({
      code: 'HOST.NOT_WRITABLE',
      message: expect.stringContaining(refused),
    });
  });

  it('that does not exist can be reset', async () => {
    await expect(EmbeddedPostgres.reset(join(folder.path, 'nothing'))).resolves.toBeUndefined();
  });
});

if (isRoot) {
  describe('as root, in a folder that only root may enter', () => {
    let sharedFolder: string;
    beforeEach(async () => {
      sharedFolder = join(folder.path, 'shared');
      dataDir = join(folder.path, 'private', 'data');
      await mkdir(join(folder.path, 'private'), { mode: 0o700 });
    });

    it('keeps the data where the account of the server can reach them, and says so', async () => {
      const first = await start({ sharedFolder });
      const home = (await readFile(join(dataDir, 'location'), 'utf8')).trim();
      expect(home.startsWith(sharedFolder)).toBe(true);
      expect(first.events[0]).toMatchObject({ type: 'moved', message: expect.stringContaining(home) });
      expect((await stat(join(home, 'cluster'))).uid).not.toBe(0);
      await query(first.url, 'CREATE TABLE kept ()');
      await expect(start({ sharedFolder })).rejects.toMatchObject({ code: 'HOST.ALREADY_RUNNING' });
      await first.server.stop();

      const second = await start({ sharedFolder });
      expect(second.events).toEqual([]);
      expect(await query(second.url, "SELECT to_regclass('kept')::text AS kept")).toEqual([{ kept: 'kept' }]);
      await second.server.stop();

      await EmbeddedPostgres.reset(dataDir);
      await expect(stat(home)).rejects.toMatchObject({ code: 'ENOENT' });
      await expect(stat(join(dataDir, 'location'))).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('does not start on data that are out of reach there', async () => {
      await chmod(join(folder.path, 'private'), 0o755);
      const { server } = await start({ sharedFolder });
      await server.stop();
      await chmod(join(folder.path, 'private'), 0o700);
      await expect(start({ sharedFolder })).rejects.toMatchObject({ code: 'HOST.OUT_OF_REACH' });
      await EmbeddedPostgres.reset(dataDir);
      await expect(stat(join(dataDir, 'cluster'))).rejects.toMatchObject({ code: 'ENOENT' });
    });
  });
} else {
  it('runs the server as the user who started it', async () => {
    await start();
    expect((await stat(join(dataDir, 'cluster'))).uid).toBe(process.getuid!());
  });
}
