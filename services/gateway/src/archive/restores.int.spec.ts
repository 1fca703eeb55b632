import type { JobWorker } from '@mcm/queue';
import { eventually } from '@mcm/testing';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';

let gateway: RunningGateway;
let worker: JobWorker | undefined;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(async () => {
  await worker?.close();
  await gateway.close();
});

const start = (body: object) =>
  gateway.post('/archive/restores', {
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });

it('has a day restored, once at a time', async () => {
  expect((await gateway.get('/archive/restores/2026-01-15')).status).toBe(404);
  const accepted = await start({ day: '2026-01-15' });
  expect(accepted.status).toBe(202);
  expect(await accepted.json()).toMatchObject({ day: '2026-01-15', state: 'waiting', result: null });
  expect((await start({ day: '2026-01-15' })).status).toBe(202);

  const days: string[] = [];
  worker = await gateway.jobs.work('restore-day', async ({ payload }) => {
    days.push(payload.day);
    return { archived: 7, restored: 5 };
  });
  const restored = await eventually(async () => {
    const answer = (await (await gateway.get('/archive/restores/2026-01-15')).json()) as { state: string };
    return answer.state === 'completed' && answer;
  });
  expect(restored).toMatchObject({ result: { archived: 7, restored: 5 } });
  expect(days).toEqual(['2026-01-15']);
});

it.each([{}, { day: 'yesterday' }, { day: '2026-13-01' }, { day: '2026-01-15T00:00:00Z' }])(
  'names what is wrong with %j',
  async (body) => {
    const refused = await start(body);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ errors: [{ pointer: 'day' }] });
  },
);
