import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AuditTrail, type AuditEntry, Personal } from '@mcm/audit';
import { CHECKPOINTED, TAMPERING, TRAIL_SIZE } from '@mcm/audit/contract-suite';
import { eventually } from '@mcm/testing';
import { runAudit } from './audit.command.js';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';

const VERIFIER = fileURLToPath(new URL('../../../../libs/audit/verify-audit.mjs', import.meta.url));
const ORIGIN = {
  actor: { type: 'person', id: 'ann', name: 'Ann Example' },
  address: '203.0.113.7',
  requestId: 'request-1',
} as const;

let folder: string;
let gateway: RunningGateway;
const settings = () => ({
  AUDIT_KEY_FILE: join(folder, 'key.pem'),
  AUDIT_CHECKPOINT_DIR: join(folder, 'published'),
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-'));
  gateway = await startGateway(settings());
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await gateway.database.query(`truncate audit.entries, audit.personal_values;
    update audit.head set size = 0, link = decode(repeat('00', 32), 'hex')`);
  await rm(join(folder, 'published'), { recursive: true, force: true });
});

const append = (entry: Partial<AuditEntry> = {}) =>
  gateway.database.transaction((manager) =>
    new AuditTrail().append(manager, {
      origin: ORIGIN,
      action: 'rule.changed',
      object: { type: 'rule', id: 'login', name: 'Failed sign-in' },
      before: { enabled: true },
      after: { enabled: false },
      ...entry,
    }),
  );
const json = async <T = Record<string, unknown>>(path: string) => {
  const response = await gateway.get(path);
  expect([path, response.status]).toEqual([path, 200]);
  return (await response.json()) as T;
};
const post = (path: string, body?: unknown) =>
  gateway.post(path, {
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json' },
  });
interface Page {
  items: { seq: number; actor: { name: string | null }; before: unknown; after: unknown; address: unknown }[];
  next: number | null;
}

describe('GET /audit', () => {
  it('shows who did what, from where, with the clear text', async () => {
    await append({
      action: 'person.invited',
      object: { type: 'person', id: 'bob', name: 'Bob' },
      before: null,
      after: { role: 'viewer', mail: new Personal('bob@example.org') },
    });
    expect(await json('/audit')).toEqual({
      items: [
        {
          seq: 1,
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          actor: { type: 'person', id: 'ann', name: 'Ann Example' },
          address: '203.0.113.7',
          action: 'person.invited',
          object: { type: 'person', id: 'bob', name: 'Bob' },
          before: null,
          after: { role: 'viewer', mail: 'bob@example.org' },
          request_id: 'request-1',
        },
      ],
      next: null,
    });
  });

  it('filters and pages, the latest first', async () => {
    await append();
    await append({ origin: { ...ORIGIN, actor: { type: 'key', id: 'k1', name: 'CI' } } });
    await append({ action: 'rules.reloaded', object: { type: 'rules', id: 'rules', name: null } });
    await append({ object: { type: 'rule', id: 'other', name: null } });
    const seqs = async (query: string) => (await json<Page>(`/audit${query}`)).items.map(({ seq }) => seq);
    expect(await seqs('')).toEqual([4, 3, 2, 1]);
    expect(await seqs('?actor=k1')).toEqual([2]);
    expect(await seqs('?action=rules.reloaded&action=audit.exported')).toEqual([3]);
    expect(await seqs('?object=other')).toEqual([4]);
    expect(await seqs('?object_type=rules')).toEqual([3]);
    expect(await seqs('?from=2100-01-01')).toEqual([]);
    expect(await seqs('?to=2000-01-01')).toEqual([]);
    expect(await seqs('?from=2000-01-01&to=2100-01-01&actor=ann&object=login')).toEqual([1]);
    const first = await json<Page>('/audit?limit=3');
    expect([first.items.map(({ seq }) => seq), first.next]).toEqual([[4, 3, 2], 2]);
    const second = await json<Page>(`/audit?limit=3&before=${first.next}`);
    expect([second.items.map(({ seq }) => seq), second.next]).toEqual([[1], null]);
  });

  it.each([
    '?limit=201',
    '?limit=0',
    '?before=0',
    '?action=rule.eaten',
    '?object_type=dog',
    '?from=never',
    '?who=ann',
  ])('refuses %s', async (query) => {
    expect((await gateway.get(`/audit${query}`)).status).toBe(400);
  });
});

describe('GET /audit/verify and the export', () => {
  const verify = () =>
    json<{ valid: boolean; first_broken: number | null; reason: string | null }>('/audit/verify');
  const exported = async () => {
    const file = join(folder, 'audit.ndjson');
    await writeFile(file, await (await gateway.get('/audit/export')).text());
    return file;
  };
  const verifyFile = (file: string, ...args: string[]) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      execFile(process.execPath, [VERIFIER, file, ...args], (_error, stdout, stderr) =>
        stdout === '' ? reject(new Error(stderr)) : resolve(JSON.parse(stdout) as Record<string, unknown>),
      );
    });

  it.each(TAMPERING)('find it: $name', async ({ tamper, broken }) => {
    for (let n = 1; n <= TRAIL_SIZE; n += 1) {
      await append();
      if (CHECKPOINTED.includes(n)) expect((await post('/audit/checkpoints')).status).toBe(200);
    }
    await tamper(gateway.database);
    expect(await verify()).toMatchObject({
      valid: broken === null,
      entries: broken === null ? TRAIL_SIZE : broken.seq - 1,
      first_broken: broken?.seq ?? null,
      reason: broken?.reason ?? null,
    });
  });

  it('export what verifies, with the export as the last entry', async () => {
    await append();
    const file = await exported();
    expect(await verifyFile(file)).toMatchObject({ valid: true, entries: 2, checkpoint_size: 2 });
    const [manifest, , last] = (await readFile(file, 'utf8')).split('\n');
    expect(JSON.parse(manifest!)).toMatchObject({ type: 'manifest', format: 1, size: 2 });
    expect(last).toContain('audit.exported');
    expect(await verify()).toMatchObject({ valid: true, entries: 2, checkpoint_size: 2 });
  });

  it('export a broken trail, too, which then does not verify', async () => {
    for (let n = 0; n < 3; n += 1) await append();
    await post('/audit/checkpoints');
    await append();
    await append();
    await gateway.database.query('delete from audit.entries where seq = 4');
    expect((await post('/audit/checkpoints')).status).toBe(409);
    expect(await verifyFile(await exported())).toMatchObject({ valid: false, first_broken: 4 });
    expect((await gateway.health.report()).parts).toMatchObject({
      'audit-trail': { status: 'degraded', detail: expect.stringContaining('Entry 4 is missing') },
    });
  });

  it('give up when the client goes', async () => {
    await append();
    await gateway.database.query(`select audit.append((body::jsonb -> 'entry')::text, '[]')
      from audit.entries, generate_series(1, 2000)`);
    // Four exports may run: more than that follow each other, so each gave its place back.
    for (let n = 0; n < 10; n += 1) {
      const response = await eventually(async () => {
        const open = await gateway.get('/audit/export');
        return open.status === 200 ? open : null;
      });
      await response.body!.cancel();
    }
  });
});

describe('npm run audit', () => {
  const run = async (...args: string[]) => {
    const lines: string[] = [];
    const output = {
      print: (line: string) => void lines.push(line),
      printError: (line: string) => void lines.push(line),
    };
    const code = await runAudit(args, { ...output, env: { API_URL: gateway.url } });
    return { code, text: lines.join('\n') };
  };

  it('verifies, exports and signs', async () => {
    await append();
    const { note } = (await (await post('/audit/checkpoints')).json()) as { note: string };
    expect(await run('checkpoint')).toEqual({ code: 0, text: note });
    const valid = await run('verify');
    expect([valid.code, JSON.parse(valid.text)]).toMatchObject([0, { valid: true, entries: 1 }]);
    const file = join(folder, 'exported.ndjson');
    expect((await run('export', file)).code).toBe(0);
    expect(await run('verify', file)).toMatchObject({ code: 0 });
    await gateway.database.query(
      `update audit.entries set body = replace(body, 'login', 'logon') where seq = 1`,
    );
    const broken = await run('verify');
    expect([broken.code, JSON.parse(broken.text)]).toMatchObject([1, { valid: false, first_broken: 1 }]);
    await run('export', file);
    expect(await run('verify', file)).toMatchObject({ code: 1 });
  });

  it.each([[[]], [['dance']], [['export']], [['verify', '--url', 'ftp://x']]])(
    'explains itself for %j',
    async (args) => {
      expect(await run(...args)).toEqual({
        code: 2,
        text: expect.stringMatching(/npm run audit|--url must/),
      });
    },
  );
});

describe('POST /audit/erasures', () => {
  it('erases a person, and each entry still verifies', async () => {
    await append();
    const response = await post('/audit/erasures', { person: 'ann' });
    expect([response.status, await response.json()]).toEqual([200, { erased: 2 }]);
    const { items } = await json<Page>('/audit');
    expect(items).toMatchObject([
      { action: 'person.erased', object: { type: 'person', id: 'ann', name: null }, after: { erased: 2 } },
      { seq: 1, actor: { id: 'ann', name: null }, address: null, object: { name: 'Failed sign-in' } },
    ]);
    expect(await json('/audit/verify')).toMatchObject({ valid: true, entries: 2 });
  });

  it.each([{}, { person: '' }, { person: 7 }, { person: 'a\0b' }, { person: 'ann', all: true }])(
    'refuses %j',
    async (body) => {
      expect((await post('/audit/erasures', body)).status).toBe(400);
    },
  );
});

describe('checkpoints', () => {
  const published = () => readdir(join(folder, 'published')).catch(() => []);

  it('are signed when there is something new', async () => {
    expect(await (await post('/audit/checkpoints')).json()).toMatchObject({ code: 'AUDIT.EMPTY' });
    await append();
    const first = (await (await post('/audit/checkpoints')).json()) as { size: number; note: string };
    expect(first).toMatchObject({
      size: 1,
      note: expect.stringMatching(/^mini-compliance-monitor\/\w+\n1\n/),
    });
    expect(await (await post('/audit/checkpoints')).json()).toEqual(first);
    expect(await published()).toHaveLength(1);
  });

  it('tell of a restored backup by an entry, and go on under another origin', async () => {
    for (let n = 0; n < 3; n += 1) await append();
    const before = (await (await post('/audit/checkpoints')).json()) as { note: string };
    await gateway.database.query(`delete from audit.entries where seq = 3;
      delete from audit.personal_values where seq = 3;
      update audit.head set size = 2, link = (select link from audit.entries where seq = 2)`);
    const after = (await (await post('/audit/checkpoints')).json()) as { size: number; note: string };
    const { items } = await json<{ items: { object: { id: string } }[] }>('/audit?action=audit.epoch_began');
    expect(items).toMatchObject([
      {
        seq: 3,
        actor: { type: 'system', id: 'gateway' },
        before: { last_checkpoint: { size: 3, root: before.note.split('\n')[2] } },
        after: { size: 2 },
      },
    ]);
    expect(after).toMatchObject({ size: 3 });
    expect(after.note.split('\n')[0]).toBe(`${before.note.split('\n')[0]}/${items[0]!.object.id}`);
    expect(await json('/audit/verify')).toMatchObject({
      valid: true,
      entries: 3,
      epoch_began: 3,
      checkpoint_size: 3,
    });
  });

  it('are made at the start and at the end of a process, and two processes agree', async () => {
    const other = await startGateway({ ...settings(), AUDIT_CHECKPOINT_DIR: join(folder, 'other') });
    const files = () => readdir(join(folder, 'other')).catch(() => []);
    await other.database.transaction((manager) =>
      new AuditTrail().append(manager, {
        origin: ORIGIN,
        action: 'rules.reloaded',
        object: { type: 'rules', id: 'rules', name: null },
      }),
    );
    expect(await files()).toEqual([]);
    await other.stop();
    expect(await files()).toHaveLength(1);
    await other.close();
  });

  it('go to the webhook, and a receiver that fails or hangs delays nothing', async () => {
    const received: string[] = [];
    let answer: 'good' | 'bad' | 'none' = 'good';
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        received.push(body);
        if (answer !== 'none') response.writeHead(answer === 'good' ? 204 : 500).end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=canary`;
    const other = await startGateway({
      ...settings(),
      AUDIT_CHECKPOINT_DIR: '',
      AUDIT_CHECKPOINT_WEBHOOK: url,
    });
    const grow = async () => {
      await other.database.transaction((manager) =>
        new AuditTrail().append(manager, {
          origin: ORIGIN,
          action: 'rules.reloaded',
          object: { type: 'rules', id: 'rules', name: null },
        }),
      );
      return (await (await other.post('/audit/checkpoints')).json()) as { note: string };
    };
    const outcomes = async () =>
      (await (await other.get('/metrics')).text())
        .split('\n')
        .filter((line) => line.startsWith('mcm_audit_webhooks_total{'));
    const { note } = await grow();
    await eventually(() => received.includes(note));
    answer = 'bad';
    await grow();
    await eventually(async () => (await outcomes()).includes('mcm_audit_webhooks_total{outcome="failed"} 1'));
    answer = 'none';
    const { note: last } = await grow();
    expect(last).toContain('\n3\n');
    await eventually(() => received.includes(last));
    server.closeAllConnections();
    server.close();
    await eventually(async () => (await outcomes()).includes('mcm_audit_webhooks_total{outcome="failed"} 2'));
    expect((await outcomes()).join()).not.toContain('canary');
    await other.close();
  });

  it('are refused without a key, and an export has none', async () => {
    const other = await startGateway();
    expect(await (await other.post('/audit/checkpoints')).json()).toMatchObject({ code: 'AUDIT.NO_KEY' });
    const text = await (await other.get('/audit/export')).text();
    expect(JSON.parse(text.split('\n')[0]!)).toMatchObject({ checkpoint: null, key: null, size: 1 });
    expect(await (await other.get('/audit/verify')).json()).toMatchObject({
      valid: true,
      checkpoint_size: null,
    });
    await other.close();
  });
});
