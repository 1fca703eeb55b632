import { eventUid, SEVERITIES } from '@mcm/contracts';
import { storeEvents } from '@mcm/persistence/testing';
import { A_REASON, anEnvelope } from '@mcm/testing';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import { storeEnrichment, storeFinding } from '../../test/stored-rows.js';

interface Page {
  items: { id: number; severity: string; user: string; created_at: string }[];
  total: number;
  page: number;
  page_size: number;
}

/** 60 findings, one an hour from 2026-01-01T00:30Z on: severities take turns, every third is about bob. */
const COUNT = 60;
const severityOf = (index: number) => SEVERITIES[index % 4]!;
const userOf = (index: number) => (index % 3 === 0 ? 'bob' : 'alice');
const createdAt = (index: number) => new Date(Date.UTC(2026, 0, 1, index, 30)).toISOString();

let gateway: RunningGateway;
const ids: number[] = [];
beforeAll(async () => {
  gateway = await startGateway();
  for (let index = 0; index < COUNT; index += 1) {
    ids.push(
      await storeFinding(gateway.database, {
        severity: severityOf(index),
        user: userOf(index),
        rule_name: index < 10 ? 'public_bucket_detected' : 'single_failed_login',
        created_at: createdAt(index),
      }),
    );
  }
});
afterAll(() => gateway.close());

async function page(query: string): Promise<Page> {
  const response = await gateway.get(`/findings${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Page;
}

/** The ids that a filter should give, newest first. */
const expectedIds = (matches: (index: number) => boolean) =>
  ids.filter((_, index) => matches(index)).reverse();

it('gives the first page by default, newest first, with every field', async () => {
  const answer = await page('');
  expect(answer).toMatchObject({ total: COUNT, page: 1, page_size: 20 });
  expect(answer.items.map((finding) => finding.id)).toEqual(expectedIds(() => true).slice(0, 20));
  expect(answer.items[0]).toEqual({
    id: ids.at(-1),
    rule_name: 'single_failed_login',
    description: 'alice failed to sign in.',
    canonical_user: 'alice',
    severity: severityOf(59),
    user: userOf(59),
    created_at: createdAt(59),
    risk_score: null,
    ai_explanation: null,
    rule_id: 'rule-1',
    title: 'Failed sign-in',
    kind: 'event',
    event_count: 1,
    first_seen: createdAt(59),
    last_seen: createdAt(59),
    updated_at: createdAt(59),
    revision: 1,
    enrichment_source: null,
    rule_score: null,
    model_score: null,
    disagreement: null,
    injection_suspected: false,
  });
});

it('gives every finding exactly once over all pages, whatever the size of a page', async () => {
  for (const size of [1, 7, 20, 100]) {
    const seen: number[] = [];
    for (let number = 1; ; number += 1) {
      const { items, total } = await page(`?page=${number}&page_size=${size}`);
      expect(total).toBe(COUNT);
      if (items.length === 0) break;
      seen.push(...items.map((finding) => finding.id));
    }
    expect(seen).toEqual(expectedIds(() => true));
  }
  expect((await page('?page=10000000&page_size=100')).items).toEqual([]);
});

it.each<[string, (index: number) => boolean]>([
  ['severity=critical', (index) => severityOf(index) === 'critical'],
  ['severity=high&severity=critical', (index) => ['high', 'critical'].includes(severityOf(index))],
  ['user=bob', (index) => userOf(index) === 'bob'],
  ['user=nobody', () => false],
  ['user=bob&severity=low', (index) => userOf(index) === 'bob' && severityOf(index) === 'low'],
  ['rule_name=public_bucket_detected', (index) => index < 10],
  ['rule_name=public_bucket_detected&user=bob', (index) => index < 10 && userOf(index) === 'bob'],
  ['from_date=2026-01-02', (index) => index >= 24],
  ['from_date=2026-01-02T23:59:00Z', (index) => index >= 24],
  ['from_date=2026-01-02T23:00:00-02:00&to_date=2026-01-03T10:00:00', (index) => index >= 48 && index < 72],
  ['severity=&user=&rule_name=&from_date=&to_date=', () => true],
  ['severity=&severity=critical', (index) => severityOf(index) === 'critical'],
  ['to_date=2026-01-01', (index) => index < 24],
  ['from_date=2026-01-02&to_date=2026-01-02', (index) => index >= 24 && index < 48],
  ['from_date=2026-01-03&to_date=2026-01-02', () => false],
  ['to_date=9999-12-31&from_date=0001-01-01', () => true],
  [
    'from_date=2026-01-02&to_date=2026-01-02&user=bob&severity=low&severity=high',
    (index) =>
      index >= 24 && index < 48 && userOf(index) === 'bob' && ['low', 'high'].includes(severityOf(index)),
  ],
])('filters by %s, and counts what matches', async (query, matches) => {
  const { items, total } = await page(`?page_size=100&${query}`);
  expect(items.map((finding) => finding.id)).toEqual(expectedIds(matches));
  expect(total).toBe(items.length);
});

it.each([
  ['page=0', 'page'],
  ['page=-1', 'page'],
  ['page=99999999999999999999', 'page'],
  ['page_size=101', 'page_size'],
  ['page_size=0', 'page_size'],
  ['page=1&page=2', 'page'],
  ['severity=catastrophic', 'severity'],
  ['severity=High', 'severity'],
  ['user=%00', 'user'],
  ['from_date=2026-02-29', 'from_date'],
  ['from_date=2026-13-01', 'from_date'],
  ['to_date=2026-04-31', 'to_date'],
  ['to_date=0000-01-01', 'to_date'],
  ['to_date=01.02.2026', 'to_date'],
  ['from_date=2026-01-01&from_date=2026-01-02', 'from_date'],
])('refuses %s and names the parameter', async (query, pointer) => {
  const response = await gateway.get(`/findings?${query}`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    code: 'REQUEST.INVALID',
    detail: expect.stringContaining(pointer),
    errors: [{ pointer }],
  });
});

it('gives one finding with its reasons and the evidence that is stored', async () => {
  const times = ['2026-01-20T10:00:00.000Z', '2026-01-20T09:00:00.000Z'];
  await storeEvents(
    gateway.database,
    times.map((timestamp, index) => anEnvelope({ event_id: `evidence-${index}`, timestamp })),
  );
  const event_uids = ['evidence-0', 'evidence-1', 'not-stored-yet'].map((id) => eventUid('api', id));
  const id = await storeFinding(gateway.database, {
    event_uids,
    first_seen: times[1]!,
    last_seen: times[0]!,
    created_at: '2025-01-01T00:00:00.000Z',
  });
  await storeEnrichment(gateway.database, id, 81);

  const response = await gateway.get(`/findings/${id}`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    id,
    risk_score: 81,
    ai_explanation: 'Because of the severity.',
    enrichment_source: 'heuristic',
    enrichment_model: null,
    enrichment: null,
    enriched_at: expect.stringMatching(/^\d{4}-.*Z$/),
    rule_hash: 'hash-1',
    reasons: [A_REASON],
    controls: { tsc: ['CC6.1'] },
    group_key: null,
    event_uids,
    events: [{ event_id: 'evidence-1' }, { event_id: 'evidence-0' }],
  });
});

it.each([
  ['0', 404],
  ['9007199254740993', 404],
  ['9223372036854775807', 404],
  ['9223372036854775808', 400],
  ['abc', 400],
  ['-1', 400],
  ['%00', 400],
])('answers the id %s with %d', async (id, status) => {
  const response = await gateway.get(`/findings/${id}`);
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(await response.json()).toMatchObject({ status });
});

it('finds the findings of an actor however the name is written', async () => {
  const written = ['zoe', 'Zoe', 'zo\u200be', 'ｚｏｅ'];
  for (const user of written) {
    await storeFinding(gateway.database, { user, canonical_user: user === 'zoe' ? null : 'zoe' });
  }
  for (const user of [...written, ' ZOE ']) {
    const { items, total } = await page(`?user=${encodeURIComponent(user)}`);
    expect(items.map((finding) => finding.user).sort()).toEqual([...written].sort());
    expect(total).toBe(written.length);
  }
});
