import type { FindingRaised, Severity } from '@mcm/contracts';
import { anEnvelope, eventually, goodAnswer, ModelServer } from '@mcm/testing';
import { WorkerBench } from '../../test/running-worker.js';

let bench: WorkerBench;
beforeAll(async () => {
  bench = await WorkerBench.open({ autoEnrich: true });
});
afterEach(() => bench.clear());
afterAll(() => bench.close());

const raised = (id: number, severity: Severity, revision = 1): FindingRaised => ({
  id,
  rule_id: 'rule-1',
  rule_name: 'single_failed_login',
  severity,
  user: 'alice',
  event_count: 1,
  revision,
  event_received_at: '2026-01-15T12:00:00.000Z',
});
const raise = async (severity: Severity, revision = 1) => {
  const id = await bench.finding([anEnvelope()], { severity });
  await bench.bus.publish('findings.raised', [raised(id, severity, revision)]);
  return id;
};
const source = async (id: number) => (await bench.detail(id)).enrichment_source;

it('enriches findings of the severity and above as they are raised, also those raised while it was down', async () => {
  const early = await raise('critical');
  await bench.worker({ AI_AUTO_ENRICH: 'high' });
  const [low, medium, high, critical] = [
    await raise('low'),
    await raise('medium'),
    await raise('high'),
    await raise('critical'),
  ];
  for (const id of [early, high, critical]) await eventually(() => source(id));
  expect([await source(low), await source(medium)]).toEqual([null, null]);
});

it('enriches again what has become worse, and nothing twice', async () => {
  await bench.worker({ AI_AUTO_ENRICH: 'high' });
  const id = await raise('high');
  await eventually(() => source(id));
  await bench.bus.publish('findings.raised', [raised(id, 'high', 2), raised(id, 'high', 3)]);
  await bench.database.query(`update findings set severity = 'critical', revision = 4 where id = $1`, [id]);
  await bench.bus.publish('findings.raised', [raised(id, 'critical', 4)]);
  await eventually(async () => (await bench.detail(id)).risk_score === 95);
  await eventually(async () => {
    const { waiting, active, delayed } = await bench.queue.counts('enrich-finding-later');
    return waiting + active + delayed === 0;
  });
  expect(bench.enriched).toEqual([
    { id, risk_score: 80 },
    { id, risk_score: 95 },
  ]);
});

it('does not miss that a finding becomes worse while it is being enriched', async () => {
  const server = await ModelServer.start();
  try {
    const worker = await bench.worker({
      AI_AUTO_ENRICH: 'high',
      OPENAI_API_KEY: 'sk-test',
      OPENAI_BASE_URL: server.url,
      OPENAI_MODEL: 'small',
    });
    server.play(async ({ number, facts }) => {
      if (number === 1) {
        const [{ id }] = await bench.database.query<[{ id: string }]>('select id from findings');
        await bench.database.query(`update findings set severity = 'critical', revision = 2`);
        await bench.bus.publish('findings.raised', [raised(Number(id), 'critical', 2)]);
        await eventually(async () => (await worker.metric('mcm_ai_auto_enrich_total')) === 2);
      }
      return { kind: 'answer', content: goodAnswer(facts, { score: 10 }) };
    });
    const id = await raise('high');
    await eventually(async () => (await bench.detail(id)).risk_score === 95);
    const completed = () =>
      worker.spy.transitions.filter(
        ({ name, state }) => name === 'enrich-finding-later' && state === 'completed',
      );
    await eventually(() => completed().length === 2);
    expect(await bench.detail(id)).toMatchObject({ risk_score: 95, enrichment: { outdated: false } });
  } finally {
    await server.close();
  }
});

it('does nothing while the policy is off', async () => {
  await bench.worker();
  await raise('critical');
  expect(await bench.queue.counts('enrich-finding-later')).toMatchObject({
    waiting: 0,
    active: 0,
    completed: 0,
  });
  // The messages of other consumers are not touched.
  expect((await bench.bus.status()).find(({ consumer }) => consumer === 'auto-enrich')).toMatchObject({
    lag: 1,
  });
});
