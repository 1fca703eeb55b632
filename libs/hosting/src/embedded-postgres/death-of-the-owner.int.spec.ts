import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { eventually, spawnSource } from '@mcm/testing';
import pg from 'pg';
import { openFolder } from '../../test/open-folder.js';
import { EmbeddedPostgres, type EmbeddedPostgresEvent } from './embedded-postgres.js';
import { isAlive } from './process-identity.js';

const owners: ReturnType<typeof spawnSource>[] = [];
let folder: Awaited<ReturnType<typeof openFolder>>;
let dataDir: string;

beforeEach(async () => {
  folder = await openFolder();
  dataDir = join(folder.path, 'data');
});
afterEach(async () => {
  for (const owner of owners.splice(0)) if (owner.exitCode === null) owner.kill('SIGKILL');
  await folder.remove();
});

async function startOwner(...args: string[]) {
  const owner = spawnSource(new URL('../../test/owner.ts', import.meta.url), {
    args: [dataDir, ...args],
    detached: true,
  });
  owners.push(owner);
  owner.stderr.pipe(process.stderr);
  const lines = createInterface({ input: owner.stdout });
  const { url, pid } = JSON.parse(await nextLine(lines)) as { url: string; pid: number };
  return { owner, lines, url, serverPid: pid };
}

async function nextLine(lines: Interface): Promise<string> {
  return ((await once(lines, 'line')) as [string])[0];
}

function childrenOf(pid: number): { pid: number; command: string }[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null && Number(match[2]) === pid)
    .map((match) => ({ pid: Number(match![1]), command: match![3]! }));
}

it('Ctrl-C at the terminal does not reach the server before its owner has closed', async () => {
  const { owner, lines, serverPid } = await startOwner();
  const said = nextLine(lines);
  const exited = once(owner, 'exit');
  // What a terminal does: the signal goes to the whole process group.
  process.kill(-owner.pid!, 'SIGINT');
  expect(await said).toBe('still here');
  expect(await exited).toEqual([0, null]);
  expect(isAlive(serverPid)).toBe(false);
});

it('a server does not outlive an owner that is killed', async () => {
  const { owner, serverPid } = await startOwner();
  owner.kill('SIGKILL');
  await eventually(() => !isAlive(serverPid), { timeoutMs: 20_000 });
});

it('a data folder in use by another process is refused, and taken over once that is killed', async () => {
  const { owner } = await startOwner();
  const server = new EmbeddedPostgres();
  await expect(server.start({ dataDir, durable: false })).rejects.toMatchObject({
    code: 'HOST.ALREADY_RUNNING',
    message: expect.stringContaining(`process ${owner.pid}`),
  });
  const exited = once(owner, 'exit');
  owner.kill('SIGKILL');
  await exited;
  // Without a pause, while the old server may still be stopping.
  await server.start({ dataDir, durable: false, onEvent: () => undefined });
  await server.stop();
});

it('a server that nothing stopped is found and stopped by the next start, and loses no commit', async () => {
  const { owner, url, serverPid } = await startOwner('durable');
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('CREATE TABLE kept AS SELECT 42 AS answer');

  const guard = childrenOf(owner.pid!).find(({ command }) => command.includes('guard'))!;
  process.kill(guard.pid, 'SIGKILL');
  const exited = once(owner, 'exit');
  owner.kill('SIGKILL');
  await exited;
  expect((await client.query('SELECT answer FROM kept')).rows).toEqual([{ answer: 42 }]);

  const events: EmbeddedPostgresEvent[] = [];
  const server = new EmbeddedPostgres();
  const next = await server.start({ dataDir, durable: false, onEvent: (event) => events.push(event) });
  expect(events.map(({ type }) => type)).toEqual(['orphan-stopped']);
  expect(isAlive(serverPid)).toBe(false);
  const again = new pg.Client({ connectionString: next.url });
  await again.connect();
  expect((await again.query('SELECT answer FROM kept')).rows).toEqual([{ answer: 42 }]);
  await again.end();
  await server.stop();
});
