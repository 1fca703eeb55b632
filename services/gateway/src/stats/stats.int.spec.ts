import { storeEvents } from '@mcm/persistence/testing';
import { anEnvelope } from '@mcm/testing';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import { storeFinding } from '../../test/stored-rows.js';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const summary = async () => (await gateway.get('/stats/summary')).json();

it('knows zero', async () => {
  expect(await summary()).toEqual({
    total_events: 0,
    total_findings: 0,
    findings_by_severity: { low: 0, medium: 0, high: 0, critical: 0 },
    events_over_time: [],
  });
});

it('sums up events by UTC day and findings by severity, without reading the rows', async () => {
  const times = ['2026-01-02T00:00:00Z', '2026-01-01T23:59:59.999Z', '2026-01-02T23:00:00Z'];
  await storeEvents(
    gateway.database,
    times.map((timestamp) => anEnvelope({ timestamp })),
  );
  for (const severity of ['high', 'low', 'high'] as const) await storeFinding(gateway.database, { severity });
  const expected = {
    total_events: 3,
    total_findings: 3,
    findings_by_severity: { low: 1, medium: 0, high: 2, critical: 0 },
    events_over_time: [
      { date: '2026-01-01', count: 1 },
      { date: '2026-01-02', count: 2 },
    ],
  };
  expect(await summary()).toEqual(expected);

  await gateway.database.query('alter table events rename to hidden_events');
  await gateway.database.query('alter table findings rename to hidden_findings');
  expect(await summary()).toEqual(expected);
});
