import { FINDING_ENRICHMENT, selected } from '@mcm/persistence';
import {
  aFinding,
  aRule,
  createMigratedDatabase,
  type MigratedDatabase,
  putIntoForce,
  storeEvents,
  storeFindings,
} from '@mcm/persistence/testing';
import { anEnvelope, envelopesInARow } from '@mcm/testing';
import { anEnrichment } from '../../test/enrichment-records.js';
import { EnrichmentStore } from './enrichment-store.js';

describe('EnrichmentStore', () => {
  let database: MigratedDatabase;
  let store: EnrichmentStore;
  const enrichment = anEnrichment();
  const rows = () =>
    database.dataSource.query<Record<string, unknown>[]>(
      `select ${selected(FINDING_ENRICHMENT, 'n')} from finding_enrichments n`,
    );
  const raise = (...drafts: ReturnType<typeof aFinding>[]) => storeFindings(database.dataSource, drafts);

  beforeAll(async () => {
    database = await createMigratedDatabase(12);
    store = new EnrichmentStore(database.dataSource);
  });
  afterAll(() => database.drop());
  beforeEach(() => database.dataSource.query('truncate findings, finding_enrichments, events'));

  it('keeps what was made of the newer finding, whichever ends last', async () => {
    const [id] = await raise(aFinding());
    await store.save(id!, anEnrichment({ risk_score: 95, rule_score: 95, finding_revision: 4 }));
    await expect(store.save(id!, anEnrichment({ finding_revision: 3 }))).resolves.toBe(true);
    const [row] = await rows();
    expect(row).toMatchObject({ risk_score: 95, finding_revision: 4 });
  });

  it('writes and replaces', async () => {
    const [id] = await raise(aFinding());
    await expect(
      store.save(id!, anEnrichment({ fallback: { code: 'AI.DOWN', reason: 'It is down.' } })),
    ).resolves.toBe(true);
    const byModel = anEnrichment({
      risk_score: 100,
      model_score: 100,
      confidence: 'high',
      // What a database cannot hold, a model or an event may well contain.
      explanation: 'Ü 🙂 \u0000',
      details: {
        ...enrichment.details,
        summary: 'a\ud800b',
        what_happened: [{ text: 'x', evidence: [{ event_uids: ['e'], field: 'ip' }] }],
      },
      source: 'model',
      model: 'a-model',
      prompt_version: 'v1',
      input_tokens: 800,
      output_tokens: 200,
      cost_usd: 0.00012345,
      injections: [{ event_uid: 'e', field: 'raw_data.user_agent' }],
      placeholders: { USER_1: 'alice' },
      finding_revision: 3,
    });
    await expect(store.save(id!, byModel)).resolves.toBe(true);

    const [row, ...others] = await rows();
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      finding_id: String(id),
      risk_score: 100,
      rule_score: 80,
      model_score: 100,
      confidence: 'high',
      explanation: 'Ü 🙂 \ufffd',
      details: {
        summary: 'a\ufffdb',
        what_happened: [{ text: 'x', evidence: [{ event_uids: ['e'], field: 'ip' }] }],
      },
      source: 'model',
      model: 'a-model',
      prompt_version: 'v1',
      cached: false,
      input_tokens: 800,
      output_tokens: 200,
      cost_usd: 0.00012345,
      injections: [{ event_uid: 'e', field: 'raw_data.user_agent' }],
      fallback_code: null,
      fallback_reason: null,
      placeholders: { USER_1: 'alice' },
      finding_revision: 3,
    });
    expect(String(row!['updated_at']) >= String(row!['created_at'])).toBe(true);
  });

  it('refuses a score below that of the rule, from any writer', async () => {
    const [id] = await raise(aFinding());
    await expect(store.save(id!, anEnrichment({ risk_score: 10, model_score: 10 }))).rejects.toMatchObject({
      kind: 'invalid',
    });
    expect(await rows()).toEqual([]);
  });

  it('says when there is no such finding', async () => {
    await expect(store.save(4711, enrichment)).resolves.toBe(false);
    await expect(store.loadForEnrichment(4711)).resolves.toBeNull();
  });

  it('refuses a score out of range for good', async () => {
    const [id] = await raise(aFinding());
    await expect(store.save(id!, anEnrichment({ risk_score: 101 }))).rejects.toMatchObject({
      kind: 'invalid',
    });
  });

  it('never writes for a finding that is removed at the same time', async () => {
    const [id] = await raise(aFinding());
    const remover = database.dataSource.createQueryRunner();
    await remover.startTransaction();
    await remover.query('delete from findings where id = $1', [id]);
    const saved = store.save(id!, enrichment);
    await remover.commitTransaction();
    await remover.release();
    await expect(saved).resolves.toBe(false);
  });

  it('loads a finding with the first and the last of its evidence, as far as it is stored', async () => {
    const events = envelopesInARow(25, 60_000);
    await storeEvents(database.dataSource, [...events].reverse());
    const draft = aFinding({
      event_uids: [...events.map(({ uid }) => uid), anEnvelope().uid],
      event_count: 26,
      last_seen: '2026-01-15T13:00:00.000Z',
    });
    const [id] = await raise(draft);

    const loaded = await store.loadForEnrichment(id!);
    expect(loaded).toEqual({
      id,
      rule_id: draft.rule_id,
      rule_name: draft.rule_name,
      title: draft.title,
      description: draft.description,
      severity: draft.severity,
      user: draft.user,
      event_count: 26,
      first_seen: draft.first_seen,
      last_seen: draft.last_seen,
      revision: 1,
      controls: draft.controls,
      evidence: [...events.slice(0, 10), ...events.slice(-10)],
      oversized: 0,
      rule: null,
    });
  });

  it("knows the words of the rule's author while the rule is in force", async () => {
    await putIntoForce(database.dataSource, [
      aRule('rule-1', {
        description: 'What it is for.',
        runbook: 'Look twice.',
        metadata: { falsepositives: ['A test'], author: 'An author' },
      }),
    ]);
    const [id] = await raise(aFinding());
    expect((await store.loadForEnrichment(id!))!.rule).toEqual({
      about: 'What it is for.',
      runbook: 'Look twice.',
      false_positives: ['A test'],
    });
  });

  it('leaves out raw data beyond the limit and says of how many events', async () => {
    const events = envelopesInARow(3, 60_000, { raw_data: { ip: '192.0.2.1', note: 'x'.repeat(1_000_000) } });
    await storeEvents(database.dataSource, events);
    const [id] = await raise(
      aFinding({ event_uids: events.map(({ uid }) => uid), last_seen: '2026-01-15T13:00:00.000Z' }),
    );
    expect((await store.loadForEnrichment(id!))!.oversized).toBe(0);

    const [loaded] = await store.loadManyForEnrichment([id!], 2_500_000);
    expect(loaded).toMatchObject({ oversized: 1 });
    expect(loaded!.evidence.map(({ raw_data }) => Object.keys(raw_data).length)).toEqual([2, 2, 0]);
    expect(loaded!.evidence.map(({ uid }) => uid)).toEqual(events.map(({ uid }) => uid));
  });

  it('loads many together, each with its own evidence, and leaves out those that are gone', async () => {
    const events = envelopesInARow(4, 60_000);
    await storeEvents(database.dataSource, events);
    const ids = await raise(
      aFinding({ event_uids: [events[0]!.uid, events[3]!.uid], last_seen: '2026-01-15T13:00:00.000Z' }),
      aFinding({ event_uids: [events[1]!.uid], last_seen: '2026-01-15T13:00:00.000Z' }),
      aFinding({ event_uids: [] }),
    );
    const loaded = await store.loadManyForEnrichment([...ids, 4711]);
    const evidence = new Map(loaded.map((finding) => [finding.id, finding.evidence]));
    expect(evidence).toEqual(
      new Map([
        [ids[0], [events[0], events[3]]],
        [ids[1], [events[1]]],
        [ids[2], []],
      ]),
    );
  });
});
