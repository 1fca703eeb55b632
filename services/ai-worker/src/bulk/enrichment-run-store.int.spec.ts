import type { Severity } from '@mcm/contracts';
import { newId } from '@mcm/kernel';
import {
  aFinding,
  createMigratedDatabase,
  type MigratedDatabase,
  storeFindings,
} from '@mcm/persistence/testing';
import { anEnrichment } from '../../test/enrichment-records.js';
import { EnrichmentStore } from '../enrich-finding/enrichment-store.js';
import { EnrichmentRunStore } from './enrichment-run-store.js';

const signal = new AbortController().signal;

describe('EnrichmentRunStore', () => {
  let database: MigratedDatabase;
  let runs: EnrichmentRunStore;
  let enrichments: EnrichmentStore;
  beforeAll(async () => {
    database = await createMigratedDatabase(12);
    runs = new EnrichmentRunStore(database.dataSource);
    enrichments = new EnrichmentStore(database.dataSource);
  });
  afterAll(() => database.drop());
  beforeEach(() =>
    database.dataSource.query(
      'truncate findings, finding_enrichments, enrichment_runs, enrichment_run_items',
    ),
  );

  const raise = (count: number, severity: Severity = 'low') =>
    storeFindings(
      database.dataSource,
      Array.from({ length: count }, () => aFinding({ severity })),
    );
  const listed = async (scope: Parameters<EnrichmentRunStore['list']>[1]) => {
    const { id } = await runs.open(newId(), scope);
    await runs.begin(id);
    expect(await runs.list(id, scope, signal)).toBe(await runs.countInScope(scope));
    return id;
  };

  it('lists what has no enrichment, the newest first and at most so many', async () => {
    const ids = await raise(5);
    await enrichments.save(ids[4]!, anEnrichment());
    const id = await listed({ limit: 3 });
    expect(await runs.find(id)).toMatchObject({ state: 'active', total: 3, scope: { limit: 3 } });
    expect(await runs.take(id, 10)).toEqual([ids[3], ids[2], ids[1]]);
    expect(await runs.inScope({ limit: 3 }, 100)).toEqual([ids[3], ids[2], ids[1]]);
    // Again, as after a crash: the list stays as it is.
    expect(await runs.list(id, { limit: 3 }, signal)).toBe(3);
  });

  it('lists the oldest first where that is asked for, also in pages after a crash in the middle', async () => {
    const ids = await raise(4);
    const id = await listed({ limit: 3, oldest_first: true });
    expect(await runs.take(id, 10)).toEqual([ids[2], ids[1], ids[0]]);
    await database.dataSource.query('delete from enrichment_run_items where finding_id = $1', [ids[2]]);
    expect(await runs.list(id, { limit: 3, oldest_first: true }, signal)).toBe(3);
    expect(await runs.take(id, 10)).toEqual([ids[2]]);
  });

  it('says what a run waits for only while it goes on', async () => {
    await raise(1);
    const id = await listed({});
    await runs.note(id, 'Redis is full');
    const [waiting] = await database.dataSource.query('select error from enrichment_runs where id = $1', [
      id,
    ]);
    expect(waiting).toEqual({ error: 'Redis is full' });
    await runs.note(id, null);
    await runs.finish(id, 'completed');
    await runs.note(id, 'too late');
    const [over] = await database.dataSource.query('select error from enrichment_runs where id = $1', [id]);
    expect(over).toEqual({ error: null });
  });

  it('lists what no model has looked at, and single severities', async () => {
    const [byHeuristic, byModel] = await raise(2);
    const high = await raise(2, 'high');
    await enrichments.save(byHeuristic!, anEnrichment());
    await enrichments.save(byModel!, anEnrichment({ source: 'model', model: 'm', model_score: 80 }));
    expect(await runs.take(await listed({ which: 'not_by_model' }), 10)).toEqual([
      ...high.reverse(),
      byHeuristic,
    ]);
    expect(await runs.take(await listed({ severity: ['high', 'critical'] }), 10)).toEqual(high);
  });

  it('takes the given findings, each once, whatever they have already', async () => {
    const ids = await raise(2);
    await enrichments.save(ids[0]!, anEnrichment());
    const id = await listed({ finding_ids: [ids[0]!, ids[1]!, ids[0]!, 4711] });
    expect(await runs.take(id, 10)).toEqual([4711, ids[1], ids[0]].sort((a, b) => b! - a!));
  });

  it('hands every finding to one of many workers', async () => {
    const ids = await raise(40);
    const id = await listed({});
    const taken = await Promise.all(Array.from({ length: 6 }, () => runs.take(id, 7)));
    expect(taken.flat().sort((a, b) => a - b)).toEqual(ids);
  });

  it('notes the result in every run that waits for the finding, together with the enrichment', async () => {
    const [id] = await raise(1);
    const first = await listed({});
    const second = await listed({});
    await runs.take(first, 1);
    expect(await runs.wanted(id!)).toBe(true);
    await enrichments.save(id!, anEnrichment({ fallback: { code: 'AI.DOWN', reason: 'It is down.' } }));
    for (const run of [first, second]) {
      expect(await runs.tally(run)).toMatchObject({ heuristic: 1, pending: 0, queued: 0 });
    }
    expect(await runs.wanted(id!)).toBe(false);
    expect(await runs.enriched(first, 10)).toEqual([id]);
  });

  it('tells results apart: model, cache, heuristic, missing, failed', async () => {
    const ids = await raise(5);
    const run = await listed({});
    await runs.take(run, 10);
    await enrichments.save(ids[0]!, anEnrichment({ source: 'model', model: 'm', model_score: 80 }));
    await enrichments.save(
      ids[1]!,
      anEnrichment({ source: 'model', model: 'm', model_score: 80, cached: true }),
    );
    await enrichments.save(ids[2]!, anEnrichment());
    await database.dataSource.query('delete from findings where id = $1', [ids[3]]);
    expect(await enrichments.save(ids[3]!, anEnrichment())).toBe(false);
    await enrichments.markFailed(ids[4]!, 'TEST.NO', 'It does not work.');
    expect(await runs.tally(run)).toEqual({
      pending: 0,
      queued: 0,
      model: 1,
      cache: 1,
      heuristic: 1,
      missing: 1,
      failed: 1,
      cancelled: 0,
    });
    expect(await runs.notEnriched(run, 10)).toEqual([
      { finding_id: ids[4], reason: 'It does not work.' },
      { finding_id: ids[3], reason: 'There is no such finding (any more).' },
    ]);
  });

  it('pauses, resumes, cancels and retries', async () => {
    const ids = await raise(4);
    const run = await listed({});
    await runs.take(run, 2);
    expect(await runs.control(run, 'pause')).toBe(true);
    expect(await runs.control(run, 'pause')).toBe(false);
    expect(await runs.queued(run)).toEqual([]);
    // A worker that saw the run before it was paused takes nothing more.
    expect(await runs.take(run, 2)).toEqual([]);
    expect(await runs.control(run, 'resume')).toBe(true);
    await runs.begin(run);
    expect(await runs.take(run, 2)).toEqual([ids[3], ids[2]]);
    await enrichments.markFailed(ids[3]!, 'TEST.NO', 'No.');
    await enrichments.save(ids[2]!, anEnrichment({ fallback: { code: 'AI.DOWN', reason: 'It is down.' } }));
    expect(await runs.control(run, 'cancel')).toBe(true);
    expect(await runs.tally(run)).toMatchObject({ failed: 1, heuristic: 1, cancelled: 2 });
    expect(await runs.control(run, 'pause')).toBe(false);

    expect(await runs.control(run, 'retry')).toBe(true);
    await runs.begin(run);
    expect(await runs.take(run, 10)).toEqual([ids[3], ids[1], ids[0]]);
    await runs.finish(run, 'completed');
    expect(await runs.find(run)).toMatchObject({ state: 'completed' });
    expect(await runs.control(run, 'retry', true)).toBe(true);
    expect(await runs.tally(run)).toMatchObject({ pending: 1, queued: 3 });
    expect(await runs.control('nobody', 'cancel')).toBe(false);
  });
});
