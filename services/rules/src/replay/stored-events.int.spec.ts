import type { EventEnvelope } from '@mcm/contracts';
import {
  aFinding,
  callThroughOutages,
  createMigratedDatabase,
  type MigratedDatabase,
  storeEvents,
} from '@mcm/persistence/testing';
import { anEnvelope } from '@mcm/testing';
import { anEpisode } from '../../test/finding-drafts.js';
import { FindingStore } from '../finding-store/finding-store.js';
import { type EventPage, type EventPlace, StoredEvents, type TimeRange } from './stored-events.js';

const HOUR = 3_600_000;
const START = Date.parse('2026-01-10T18:30:00.000Z');
const at = (hours: number) => new Date(START + hours * HOUR).toISOString();

async function collect(
  pages: AsyncIterable<EventEnvelope[]>,
): Promise<{ sizes: number[]; events: EventEnvelope[] }> {
  const sizes: number[] = [];
  const events: EventEnvelope[] = [];
  for await (const page of pages) {
    sizes.push(page.length);
    events.push(...page);
  }
  return { sizes, events };
}

describe('StoredEvents', () => {
  let database: MigratedDatabase;
  let stored: StoredEvents;
  // Arrival in another order than event time; four events at every instant, to be told apart by id.
  const arrived = Array.from({ length: 200 }, (_, i) =>
    anEnvelope({ timestamp: at(((i * 37) % 200) >> 2), received_at: at(100 + i), raw_data: { i } }),
  );
  const happened = arrived
    .map((event, i) => ({ event, i }))
    .sort((a, b) => Date.parse(a.event.timestamp) - Date.parse(b.event.timestamp) || a.i - b.i)
    .map(({ event }) => event);

  beforeAll(async () => {
    database = await createMigratedDatabase();
    stored = new StoredEvents(database.dataSource);
    await storeEvents(database.dataSource, arrived);
  });
  afterAll(() => database.drop());

  async function* byTime(range: TimeRange, pageSize: number) {
    let place: EventPlace | null = null;
    do {
      const page: EventPage = await stored.pageByTime(range, place, pageSize);
      if (page.events.length > 0) yield page.events;
      place = page.next;
    } while (place !== null);
  }

  it('streams events in event time, in pages', async () => {
    const { sizes, events } = await collect(byTime({}, 70));
    expect(sizes).toEqual([70, 70, 60]);
    expect(events).toEqual(happened);
  });

  it('streams a range of event time: the start belongs to it, the end does not', async () => {
    const { events } = await collect(byTime({ from: at(3), to: at(7) }, 5));
    expect(events).toEqual(happened.filter(({ timestamp }) => timestamp >= at(3) && timestamp < at(7)));
    expect(events).toHaveLength(16);
  });

  it('ends without an empty page', async () => {
    const { sizes } = await collect(byTime({}, 100));
    expect(sizes).toEqual([100, 100]);
    expect((await collect(byTime({ from: at(1000) }, 70))).sizes).toEqual([]);
    expect((await collect(stored.byArrival({ from: at(1000) }))).sizes).toEqual([]);
  });

  it('streams events by arrival', async () => {
    const all = await collect(stored.byArrival({}, 60));
    expect(all.sizes).toEqual([60, 60, 60, 20]);
    expect(all.events).toEqual(arrived);
    const some = await collect(stored.byArrival({ from: at(150), to: at(190) }, 7));
    expect(some.events).toEqual(arrived.slice(50, 90));
  });

  it.each([
    [undefined, undefined],
    [at(3), at(7)],
    [at(3), at(3)],
    [at(7), at(3)],
    [at(0.1), at(48.7)],
    [at(5), undefined],
    [undefined, at(30)],
    ['2026-01-11T00:00:00.000Z', '2026-01-12T00:00:00.000Z'],
    ['2026-01-11T00:00:00.001Z', '2026-01-12T23:59:59.999Z'],
    ['2026-01-10T00:00:00.000Z', undefined],
    ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'],
  ])('counts events from %s to %s', async (from, to) => {
    const expected = arrived.filter(
      ({ timestamp }) => (from === undefined || timestamp >= from) && (to === undefined || timestamp < to),
    ).length;
    const range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
    await expect(stored.countEvents(range)).resolves.toBe(expected);
  });

  it('gives the episodes written since a time', async () => {
    const findings = new FindingStore(database.dataSource);
    const episode = anEpisode(0, 4);
    const [old, recent] = await findings.upsertBatch([
      anEpisode(0, 1, { group_key: '{"user":"old"}' }),
      episode,
      aFinding(),
    ]);
    await database.dataSource.query(`update findings set updated_at = '2026-01-01' where id = $1`, [old!.id]);
    await expect(stored.openEpisodes('2026-02-01T00:00:00.000Z')).resolves.toEqual([
      {
        id: recent!.id,
        finding_key: episode.finding_key,
        rule_id: episode.rule_id,
        rule_hash: episode.rule_hash,
        group_key: episode.group_key,
        first_seen: episode.first_seen,
        last_seen: episode.last_seen,
        event_count: 5,
        event_uids: episode.event_uids,
      },
    ]);
    await expect(stored.openEpisodes('2026-01-01T00:00:00.000Z')).resolves.toHaveLength(2);
  });

  it('is unavailable while the database is away, and then works again', async () => {
    const errors = await callThroughOutages(database.url, (dataSource) => [
      () => new StoredEvents(dataSource).countEvents(),
    ]);
    const unavailable = expect.objectContaining({ kind: 'unavailable', code: 'PERSISTENCE.UNAVAILABLE' });
    expect(errors).toEqual([unavailable, unavailable]);
  });
});
