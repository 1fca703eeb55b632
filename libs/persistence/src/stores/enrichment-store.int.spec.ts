import { anEnvelope, envelopesInARow } from '@mcm/testing';
import { aFinding } from '../../test/finding-drafts.js';
import { createMigratedDatabase, type MigratedDatabase } from '../../test/migrated-database.js';
import { FindingEnrichmentEntity } from '../entities/index.js';
import { EnrichmentStore } from './enrichment-store.js';
import { EventStore } from './event-store.js';
import { FindingStore } from './finding-store.js';

describe('EnrichmentStore', () => {
  let database: MigratedDatabase;
  let store: EnrichmentStore;
  const enrichment = { risk_score: 80, explanation: 'Because.', source: 'heuristic', model: null } as const;
  const raise = async (...drafts: ReturnType<typeof aFinding>[]) =>
    (await new FindingStore(database.dataSource).upsertBatch(drafts)).map(({ id }) => id);

  beforeAll(async () => {
    database = await createMigratedDatabase();
    store = new EnrichmentStore(database.dataSource);
  });
  afterAll(() => database.drop());
  beforeEach(() => database.dataSource.query('truncate findings, finding_enrichments, events'));

  it('writes and replaces', async () => {
    const [id] = await raise(aFinding());
    await expect(store.save(id!, enrichment)).resolves.toBe(true);
    await expect(
      store.save(id!, { risk_score: 100, explanation: 'Ü 🙂', source: 'model', model: 'a-model' }),
    ).resolves.toBe(true);

    const [row, ...others] = await database.dataSource.getRepository(FindingEnrichmentEntity).find();
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      finding_id: id,
      risk_score: 100,
      explanation: 'Ü 🙂',
      source: 'model',
      model: 'a-model',
    });
    expect(row!.updated_at >= row!.created_at).toBe(true);
  });

  it('says when there is no such finding', async () => {
    await expect(store.save(4711, enrichment)).resolves.toBe(false);
    await expect(store.loadForEnrichment(4711)).resolves.toBeNull();
  });

  it('refuses a score out of range for good', async () => {
    const [id] = await raise(aFinding());
    await expect(store.save(id!, { ...enrichment, risk_score: 101 })).rejects.toMatchObject({
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

  it('pages through findings without enrichment, newest first', async () => {
    const ids = await raise(...Array.from({ length: 7 }, () => aFinding()));
    await store.save(ids[2]!, enrichment);
    await store.save(ids[6]!, enrichment);

    const first = await store.findMissing(3);
    expect(first).toEqual([ids[5], ids[4], ids[3]]);
    await expect(store.findMissing(3, first.at(-1))).resolves.toEqual([ids[1], ids[0]]);
    await expect(store.findMissing(3, ids[0])).resolves.toEqual([]);
  });

  it('loads a finding with its evidence, oldest first, as far as it is stored', async () => {
    const events = envelopesInARow(25, 60_000);
    await new EventStore(database.dataSource).recordBatch([...events].reverse());
    const draft = aFinding({
      event_uids: [...events.map(({ uid }) => uid), anEnvelope().uid],
      event_count: 26,
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
      reasons: draft.reasons,
      controls: draft.controls,
      evidence: events.slice(0, 20),
    });
  });
});
