import { newId } from '@mcm/kernel';
import type { ExchangeRecord } from '@mcm/persistence';
import { createMigratedDatabase, type MigratedDatabase } from '@mcm/persistence/testing';
import { ExchangeStore } from './exchange-store.js';

const anExchange = (overrides: Partial<ExchangeRecord> = {}): ExchangeRecord => ({
  input_hash: 'hash-1',
  prompt_version: 'v1',
  endpoint: 'http://127.0.0.1:1/v1',
  model: 'a-model',
  answered_by: 'a-model-2026',
  repair_of: null,
  sent: [{ role: 'user', content: 'a\u0000b' }],
  received: '{"score":1}',
  outcome: 'valid',
  problems: [],
  input_tokens: 100,
  output_tokens: 10,
  cost_usd: 0.001,
  duration_ms: 12.5,
  ...overrides,
});
const OPTIONS = { claimMs: 60_000, maxAgeSeconds: 3600, refresh: false };

describe('ExchangeStore', () => {
  let database: MigratedDatabase;
  let store: ExchangeStore;
  beforeAll(async () => {
    database = await createMigratedDatabase(12);
    store = new ExchangeStore(database.dataSource);
  });
  afterAll(() => database.drop());
  beforeEach(() =>
    database.dataSource.query('truncate ai_exchanges, ai_answers, ai_prompts, enrichment_ratings cascade'),
  );

  const rate = (exchangeId: number, verdict: 'useful' | 'wrong') =>
    database.dataSource.query(
      `insert into enrichment_ratings (finding_id, exchange_id, verdict, enrichment) values (1, $1, $2, '{}')`,
      [exchangeId, verdict],
    );
  const claim = (claimant = newId(), options = OPTIONS) => store.claim('hash-1', claimant, options);

  it('keeps a version of the prompt once, as it was first', async () => {
    await store.savePrompt({ version: 'v1', system: 'Be careful.', answer_schema: { type: 'object' } });
    await store.savePrompt({ version: 'v1', system: 'Something else.', answer_schema: {} });
    expect(await database.dataSource.query('select system from ai_prompts')).toEqual([
      { system: 'Be careful.' },
    ]);
  });

  it('lets one of many ask, and answers all others when the answer is there', async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, () => claim()));
    expect(asked.map(({ kind }) => kind).sort()).toEqual([
      'busy',
      'busy',
      'busy',
      'busy',
      'busy',
      'busy',
      'busy',
      'claimed',
    ]);
    const id = await store.record(anExchange(), { score: 1 });
    expect(await claim()).toEqual({ kind: 'answered', answer: { score: 1 }, exchangeId: id, tokens: 110 });
    expect(await store.known(['hash-1', 'hash-2'], 3600)).toEqual(new Set(['hash-1']));
    const [row] = await database.dataSource.query('select sent, duration_ms from ai_exchanges');
    expect(row).toEqual({ sent: [{ role: 'user', content: 'a\ufffdb' }], duration_ms: 13 });
  });

  it('hands the question on when the one who asked gives up, dies, or gets an answer of no use', async () => {
    const first = newId();
    expect((await claim(first)).kind).toBe('claimed');
    // Not its own claim: nothing happens.
    await store.release('hash-1', newId());
    expect((await claim()).kind).toBe('busy');
    await store.release('hash-1', first);
    const second = newId();
    expect((await claim(second, { ...OPTIONS, claimMs: 0 })).kind).toBe('claimed');
    expect((await claim(first)).kind).toBe('claimed');
    await store.record(anExchange({ outcome: 'invalid', problems: ['not JSON'] }));
    expect((await claim()).kind).toBe('busy');
  });

  it('asks again when the answer is old, a new one is requested, or it was rated wrong', async () => {
    const id = await store.record(anExchange(), { score: 1 });
    expect((await claim(newId(), { ...OPTIONS, maxAgeSeconds: 0 })).kind).toBe('claimed');
    // While the question is asked again, the old answer is still good for others.
    expect((await claim()).kind).toBe('answered');
    expect((await claim(newId(), { ...OPTIONS, refresh: true })).kind).toBe('busy');
    const next = await store.record(anExchange(), { score: 2 });
    expect(await claim()).toMatchObject({ kind: 'answered', answer: { score: 2 }, exchangeId: next });
    const refreshing = newId();
    expect((await claim(refreshing, { ...OPTIONS, refresh: true })).kind).toBe('claimed');
    await store.release('hash-1', refreshing);
    expect((await claim()).kind).toBe('answered');
    await rate(id, 'wrong');
    await rate(next, 'useful');
    expect((await claim()).kind).toBe('answered');
    await rate(next, 'wrong');
    expect(await store.known(['hash-1'], 3600)).toEqual(new Set());
    expect((await claim()).kind).toBe('claimed');
    expect(await database.dataSource.query('select count(*)::int as count from ai_exchanges')).toEqual([
      { count: 2 },
    ]);
  });

  it('knows the usual size of a question once there are a few', async () => {
    for (let i = 0; i < 4; i += 1) await store.record(anExchange());
    expect(await store.usualSize('a-model', 'v1')).toBeNull();
    await store.record(anExchange({ input_tokens: 200, output_tokens: 60 }));
    await store.record(anExchange({ input_tokens: null, output_tokens: null, outcome: 'failed' }));
    expect(await store.usualSize('a-model', 'v1')).toMatchObject({ input_tokens: 120, output_tokens: 20 });
    expect(await store.usualSize('a-model', 'v2')).toBeNull();
  });
});
