import { type AppError } from '@mcm/kernel';
import { AuditTrail } from '@mcm/audit';
import { LOCAL_OPERATOR } from '@mcm/contracts';
import { eventually } from '@mcm/testing';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import type { LegalHoldDto } from './legal-hold.dto.js';
import { LegalHoldsService } from './legal-holds.service.js';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const post = (path: string, body: unknown) =>
  gateway.post(path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const list = async (query = '') =>
  ((await (await gateway.get(`/storage/holds${query}`)).json()) as { items: LegalHoldDto[] }).items;
const lastEntry = async () =>
  ((await (await gateway.get('/audit?limit=1')).json()) as { items: Record<string, unknown>[] }).items[0];

it('is created, listed and released, each with an entry in the audit trail', async () => {
  const request = { sources: ['github', 'github'], from: '2026-01-05', to: '2026-01-07', reason: 'Case 17' };
  const created = await post('/storage/holds', request);
  expect(created.status).toBe(201);
  const hold = (await created.json()) as LegalHoldDto;
  expect(hold).toMatchObject({
    sources: ['github'],
    from: '2026-01-05',
    to: '2026-01-07',
    reason: 'Case 17',
    created_by: 'Local operator',
    released_at: null,
  });
  expect(await list('?released=false')).toEqual([hold]);
  expect(await lastEntry()).toMatchObject({
    action: 'legal_hold.created',
    object: { type: 'legal_hold', id: hold.id },
    after: { sources: ['github'], from: '2026-01-05', to: '2026-01-07', reason: 'Case 17' },
  });

  const release = async () =>
    (await post(`/storage/holds/${hold.id}/release`, { reason: 'Case closed' })).json();
  const released = (await release()) as LegalHoldDto;
  expect(released).toMatchObject({ release_reason: 'Case closed', released_by: 'Local operator' });
  expect(await lastEntry()).toMatchObject({
    action: 'legal_hold.released',
    after: { reason: 'Case closed' },
  });
  expect(await release()).toEqual(released);
  expect([await list('?released=false'), await list('?released=true')]).toEqual([[], [released]]);
});

it('holds everything when it names nothing', async () => {
  const hold = (await (await post('/storage/holds', { reason: 'All of it' })).json()) as LegalHoldDto;
  expect(hold).toMatchObject({ sources: null, from: null, to: null });
  await post(`/storage/holds/${hold.id}/release`, { reason: 'done' });
});

it.each([
  [{}, 'reason'],
  [{ reason: '  ' }, 'reason'],
  [{ reason: 'a\u0000' }, 'reason'],
  [{ reason: 'x', from: '2026-02-30' }, 'from'],
  [{ reason: 'x', from: '2026-02-02', to: '2026-02-01' }, 'to'],
  [{ reason: 'x', sources: [] }, 'sources'],
  [{ reason: 'x', sources: ['a\u0000'] }, 'sources'],
  [{ reason: 'x', source: ['okta'] }, 'source'],
])('refuses %j and names the field', async (body, pointer) => {
  const answer = await post('/storage/holds', body);
  expect([answer.status, await answer.json()]).toMatchObject([400, { errors: [{ pointer }] }]);
});

it('is not found under an id that no hold has', async () => {
  const answer = await post('/storage/holds/00000000-0000-4000-8000-000000000000/release', { reason: 'x' });
  expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'HOLDS.NOT_FOUND' }]);
});

it('waits for the removal of a day that is under way', async () => {
  const holds = new LegalHoldsService(gateway.database, new AuditTrail());
  const caller = { actor: LOCAL_OPERATOR, address: null, requestId: null };
  const request = { sources: null, from: null, to: null, reason: 'x' };
  let created = false;
  let creating: Promise<unknown> | undefined;
  await gateway.database.transaction(async (removal) => {
    await removal.query('lock table legal_holds in share mode');
    creating = holds.create(request, caller).then(() => (created = true));
    await eventually(async () => {
      const waiting = await removal.query<unknown[]>(
        `select from pg_locks where relation = 'legal_holds'::regclass and not granted`,
      );
      return waiting.length === 1;
    });
    expect(created).toBe(false);
  });
  await creating;
  expect(created).toBe(true);
});

it('has a limit', async () => {
  const holds = new LegalHoldsService(gateway.database, new AuditTrail());
  const caller = { actor: LOCAL_OPERATOR, address: null, requestId: null };
  const request = { sources: null, from: null, to: null, reason: 'x' };
  await gateway.database.query(
    `insert into legal_holds (id, reason, created_by) select gen_random_uuid(), 'x', 'a test' from generate_series(1, 200)`,
  );
  await expect(holds.create(request, caller)).rejects.toMatchObject({
    code: 'HOLDS.TOO_MANY',
  } satisfies Partial<AppError>);
});
