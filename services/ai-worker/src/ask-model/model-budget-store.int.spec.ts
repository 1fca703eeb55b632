import { newId } from '@mcm/kernel';
import { createMigratedDatabase, type MigratedDatabase } from '@mcm/persistence/testing';
import { BREAKER } from './circuit-breaker.js';
import { ModelBudgetStore } from './model-budget-store.js';
import type { ModelBudget, SlotAnswer } from './slot-policy.js';

const NOTHING = { inputTokens: 0, outputTokens: 0, costUsd: null };
const budget = (limits: Partial<ModelBudget> = {}): ModelBudget => ({
  tokensPerDay: 0,
  requestsPerMinute: 0,
  concurrency: 0,
  ...limits,
});

describe('ModelBudgetStore', () => {
  let database: MigratedDatabase;
  let store: ModelBudgetStore;
  beforeAll(async () => {
    database = await createMigratedDatabase(12);
    store = new ModelBudgetStore(database.dataSource);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.dataSource.query('truncate ai_slots, ai_usage, ai_usage_minutes, ai_providers');
    await store.register({
      fingerprint: 'f',
      endpoint: 'http://127.0.0.1/v1',
      model: 'm',
      promptVersion: 'v1',
      settings: { concurrency: 2 },
    });
  });

  const ask = (
    limits: Partial<ModelBudget>,
    { id = newId(), urgent = false, tokens = 100, holdMs = 60_000 } = {},
  ): Promise<SlotAnswer & { id: string }> =>
    store
      .ask({ id, fingerprint: 'f', urgent, tokens, holdMs, budget: budget(limits) })
      .then((answer) => ({ ...answer, id }));
  const usage = async () =>
    (
      await database.dataSource.query<Record<string, unknown>[]>(
        'select requests::int, input_tokens::int, output_tokens::int, reserved_tokens::int, cost_usd::float8 from ai_usage',
      )
    )[0];

  it('gives out as many slots as configured, however many ask at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask({ concurrency: 3 })));
    const granted = answers.filter(({ kind }) => kind === 'granted');
    expect(granted).toHaveLength(3);
    expect(answers.filter(({ kind }) => kind === 'busy')).toHaveLength(7);
    await store.giveBack(granted[0]!.id, NOTHING);
    expect(await ask({ concurrency: 3 })).toMatchObject({ kind: 'granted' });
    expect(await ask({ concurrency: 3 })).toMatchObject({ kind: 'busy' });
  });

  it('gives the next free slot to a waiting caller', async () => {
    const held = await ask({ concurrency: 1 });
    const urgent = await ask({ concurrency: 1 }, { urgent: true });
    expect(urgent.kind).toBe('busy');
    await store.giveBack(held.id, NOTHING);
    expect(await ask({ concurrency: 1 })).toMatchObject({ kind: 'busy' });
    expect(await ask({ concurrency: 1 }, { urgent: true, id: urgent.id })).toMatchObject({ kind: 'granted' });
    await store.giveBack(urgent.id, NOTHING);
    expect(await ask({ concurrency: 1 })).toMatchObject({ kind: 'granted' });
  });

  it('forgets those who stop waiting, and those who hold a slot for too long', async () => {
    const held = await ask({ concurrency: 1 }, { holdMs: 0 });
    expect(held.kind).toBe('granted');
    const waiting = await ask({ concurrency: 1 }, { urgent: true, holdMs: 0 });
    expect(waiting.kind).toBe('granted');
    await database.dataSource.query('truncate ai_slots');
    const holder = await ask({ concurrency: 1 });
    const urgent = await ask({ concurrency: 1 }, { urgent: true });
    await store.giveBack(holder.id, NOTHING);
    await store.leave(urgent.id);
    expect(await ask({ concurrency: 1 })).toMatchObject({ kind: 'granted' });
  });

  it('sets tokens aside, counts what was used, and stops when the day is spent', async () => {
    const first = await ask({ tokensPerDay: 250 });
    const second = await ask({ tokensPerDay: 250 });
    expect([first.kind, second.kind]).toEqual(['granted', 'granted']);
    expect(await ask({ tokensPerDay: 250 })).toMatchObject({ kind: 'day-spent', used: 200 });
    await store.giveBack(first.id, { inputTokens: 30, outputTokens: 10, costUsd: 0.25 });
    expect(await usage()).toEqual({
      requests: 2,
      input_tokens: 30,
      output_tokens: 10,
      reserved_tokens: 100,
      cost_usd: 0.25,
    });
    expect(await ask({ tokensPerDay: 250 })).toMatchObject({ kind: 'granted' });
    // Giving back twice counts once more what is said, and frees nothing twice.
    await store.giveBack(second.id, NOTHING);
    await store.giveBack(second.id, NOTHING);
    expect(await usage()).toMatchObject({ reserved_tokens: 100, input_tokens: 30 });
  });

  it('keeps the reservation of a dead worker as spent', async () => {
    await ask({ tokensPerDay: 250 }, { holdMs: 0 });
    await ask({ tokensPerDay: 250 });
    expect(await ask({ tokensPerDay: 250 })).toMatchObject({ kind: 'day-spent', used: 200 });
    expect(await database.dataSource.query('select count(*)::int as count from ai_slots')).toEqual([
      { count: 1 },
    ]);
  });

  it('counts requests by the minute and says when the next one begins', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask({ requestsPerMinute: 2 })));
    const spent = answers.filter((answer) => answer.kind === 'minute-spent');
    // A minute may begin between two of them.
    expect(spent.length).toBeGreaterThanOrEqual(1);
    for (const answer of spent) {
      expect(answer.retryMs).toBeGreaterThan(0);
      expect(answer.retryMs).toBeLessThanOrEqual(60_000);
    }
    await database.dataSource.query(`update ai_usage_minutes set minute = minute - interval '1 minute'`);
    expect(await ask({ requestsPerMinute: 2 })).toMatchObject({ kind: 'granted' });
  });

  it('opens after failures in a row, lets one through after a while, and closes when that one succeeds', async () => {
    for (let i = 1; i <= BREAKER.failures; i += 1) {
      expect((await ask({})).kind).toBe('granted');
      expect(await store.failed('f', `failure ${i}`)).toEqual({ open: i === BREAKER.failures, failures: i });
    }
    const open = await ask({});
    expect(open).toMatchObject({ kind: 'open', reason: `failure ${BREAKER.failures}` });
    await database.dataSource.query('update ai_providers set open_until = clock_timestamp()');
    const probes = await Promise.all([ask({}), ask({}), ask({})]);
    expect(probes.map(({ kind }) => kind).sort()).toEqual(['granted', 'open', 'open']);
    await store.failed('f', 'again');
    const later = await ask({});
    expect(later.kind === 'open' && later.retryMs).toBeGreaterThan(BREAKER.firstMs);
    await store.succeeded('f');
    expect((await ask({})).kind).toBe('granted');
    expect((await store.failed('f', 'once')).open).toBe(false);
  });

  it('leaves a server alone that asked for it, for the longest time asked for', async () => {
    await store.block('f', 60_000);
    await store.block('f', 1_000);
    const blocked = await ask({});
    expect(blocked.kind === 'blocked' && blocked.retryMs).toBeGreaterThan(50_000);
  });

  it('tells one of many that key or model are refused, until other settings come', async () => {
    const first = await Promise.all([1, 2, 3].map(() => store.refuse('f', 'AI.KEY_REFUSED', 'No.', 60_000)));
    expect(first.filter(Boolean)).toHaveLength(1);
    expect(await ask({})).toMatchObject({ kind: 'refused', code: 'AI.KEY_REFUSED', reason: 'No.' });
    await store.register({ fingerprint: 'g', endpoint: '', model: '', promptVersion: 'v1', settings: {} });
    expect(
      await store.ask({
        id: newId(),
        fingerprint: 'g',
        urgent: false,
        tokens: 1,
        holdMs: 1,
        budget: budget(),
      }),
    ).toEqual({ kind: 'granted' });
    expect(
      await store.ask({
        id: newId(),
        fingerprint: 'h',
        urgent: false,
        tokens: 1,
        holdMs: 1,
        budget: budget(),
      }),
    ).toMatchObject({ kind: 'refused', code: 'AI.NOT_REGISTERED' });
  });
});
