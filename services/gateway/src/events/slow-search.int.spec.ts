import { storeEvents } from '@mcm/persistence/testing';
import { anEnvelope } from '@mcm/testing';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ API_SEARCH_MS: '400' });
  const days = [1, 2, 3].map((day) =>
    anEnvelope({ event_id: String(day), timestamp: `2026-01-0${day}T00:00:00.000Z` }),
  );
  await storeEvents(gateway.database, days);
});
afterAll(() => gateway.close());

const search = (parameters: Record<string, string> = {}) =>
  gateway.get(`/events?${new URLSearchParams({ q: 'event_id:*', ...parameters })}`);

/** No statement can read events while the work runs. */
async function whileEventsAreLocked(work: () => Promise<void>): Promise<void> {
  const holder = gateway.database.createQueryRunner();
  await holder.startTransaction();
  await holder.query('lock table events in access exclusive mode');
  try {
    await work();
  } finally {
    await holder.rollbackTransaction();
    await holder.release();
  }
}

it('answers in time, says how far it came, and goes on from there', async () => {
  let cursor = (await search({ limit: '1' })).headers.get('next-cursor')!;
  await whileEventsAreLocked(async () => {
    for (let i = 0; i < 2; i++) {
      const response = await search({ limit: '1', cursor });
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual([]);
      expect(response.headers.get('searched-back-to')).toBe('2026-01-03T00:00:00.000Z');
      cursor = response.headers.get('next-cursor')!;
    }
  });
  const seen: string[] = [];
  for (let next: string | null = cursor; next !== null && seen.length < 100;) {
    const response = await search({ cursor: next });
    seen.push(...((await response.json()) as { event_id: string }[]).map(({ event_id }) => event_id));
    next = response.headers.get('next-cursor');
  }
  expect(seen).toEqual(['2', '1']);
});

it('lets other calls through while many search', async () => {
  await whileEventsAreLocked(async () => {
    const searches = Array.from({ length: 12 }, () => search());
    expect((await gateway.get('/stats/summary')).status).toBe(200);
    const answers = await Promise.all(searches);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  });
});

it('refuses searches when too many wait', async () => {
  await whileEventsAreLocked(async () => {
    const answers = await Promise.all(Array.from({ length: 80 }, () => search()));
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 503));
    expect(refused[0]!.headers.get('retry-after')).toBe('2');
    expect(await refused[0]!.json()).toMatchObject({ code: 'SEARCH.BUSY' });
  });
});

it('gives its connections back as they were', async () => {
  await Promise.all(Array.from({ length: 4 }, () => search()));
  const rows = await Promise.all(
    Array.from({ length: 4 }, () =>
      gateway.database.query<{ statement_timeout: string }[]>('show statement_timeout'),
    ),
  );
  expect(rows.flat().map((row) => row.statement_timeout)).toEqual(['30s', '30s', '30s', '30s']);
});
