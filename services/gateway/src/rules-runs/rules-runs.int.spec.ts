import { once } from 'node:events';
import type { JobWorker } from '@mcm/queue';
import { closedGate, eventually } from '@mcm/testing';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';

let gateway: RunningGateway;
let worker: JobWorker | undefined;
beforeAll(async () => {
  gateway = await startGateway();
});
afterEach(async () => {
  await worker?.close();
  worker = undefined;
});
afterAll(() => gateway.close());

const start = (body?: object) =>
  gateway.post('/rules/runs', {
    ...(body ? { body: JSON.stringify(body) } : {}),
    headers: { 'content-type': 'application/json' },
  });
const run = async (id = 'replay') => (await gateway.get(`/rules/runs/${id}`)).json();

it('runs in the background and shows progress and result', async () => {
  expect((await gateway.get('/rules/runs/replay')).status).toBe(404);
  const accepted = await start({ from: '2026-01-01', to: '2026-02-01T00:00:00+01:00' });
  expect(accepted.status).toBe(202);
  expect(await accepted.json()).toMatchObject({
    id: 'replay',
    state: 'waiting',
    from: '2026-01-01T00:00:00.000Z',
    to: '2026-01-31T23:00:00.000Z',
    result: null,
  });

  const again = await start({ from: '2026-01-01T00:00:00Z', to: '2026-01-31T23:00:00Z' });
  expect(again.status).toBe(202);
  const other = await start();
  expect(other.status).toBe(409);
  expect(await other.json()).toMatchObject({ code: 'RULES.RUN_IN_PROGRESS' });

  const gate = closedGate();
  worker = await gateway.jobs.work('replay-rules', async ({ progress }) => {
    await progress({ done: 500, total: 1000 });
    await gate.opened;
    return { events: 1000, findings: 7, new_findings: 2 };
  });
  await eventually(async () => {
    expect(await run()).toMatchObject({ state: 'active', progress: { done: 500, total: 1000 } });
    return true;
  });
  gate.open();
  await eventually(async () => {
    expect(await run()).toMatchObject({
      state: 'completed',
      result: { events: 1000, findings: 7, new_findings: 2 },
    });
    return true;
  });
  const ended = await gateway.get('/rules/runs/replay', { method: 'DELETE' });
  expect(ended.status).toBe(409);
});

it('cancels a run that is going on', async () => {
  worker = await gateway.jobs.work('replay-rules', async ({ signal }) => {
    if (!signal.aborted) await once(signal, 'abort');
    throw new Error('given up');
  });
  expect((await start()).status).toBe(202);
  await eventually(async () => ((await run()) as { state: string }).state === 'active');
  const cancelled = await gateway.get('/rules/runs/replay/', { method: 'DELETE' });
  expect(cancelled.status).toBe(204);
  await eventually(async () => ((await run()) as { state: string }).state === 'failed');
});

it.each([
  [{ from: '2026-02-30' }, 'from'],
  [{ to: 7 }, 'to'],
  [{ since: '2026-01-01' }, 'since'],
])('refuses %j', async (body, pointer) => {
  const response = await start(body);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ pointer }] });
});
