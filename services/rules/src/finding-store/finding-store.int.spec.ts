import { AppError, newId } from '@mcm/kernel';
import { FINDING } from '@mcm/persistence';
import {
  aFinding,
  callThroughOutages,
  compareCounts,
  countRows,
  createMigratedDatabase,
  endWaitingSession,
  type MigratedDatabase,
  storedRows,
} from '@mcm/persistence/testing';
import { anEpisode, minute } from '../../test/finding-drafts.js';
import { FindingStore } from './finding-store.js';

describe('FindingStore', () => {
  let database: MigratedDatabase;
  let store: FindingStore;
  const rows = () => storedRows(database.dataSource, 'findings', FINDING);

  beforeAll(async () => {
    database = await createMigratedDatabase();
    store = new FindingStore(database.dataSource);
  });
  afterAll(() => database.drop());
  beforeEach(() =>
    database.dataSource.query(
      'truncate findings, finding_enrichments, finding_daily_counts, finding_user_daily_counts, rule_hits',
    ),
  );
  afterEach(async () => {
    const { kept, actual } = await compareCounts(database.dataSource);
    expect(kept).toEqual(actual);
  });

  describe('findings about one event', () => {
    it('are stored as they are', async () => {
      const draft = aFinding({ user: 'Zoë 🙂', description: 'O\'Brien "x" \\ \n', severity: 'critical' });
      const [outcome] = await store.upsertBatch([draft]);

      expect(outcome).toEqual({ id: expect.any(Number), created: true, changed: true, revision: 1 });
      const [row] = await rows();
      expect(row).toMatchObject({
        ...draft,
        id: outcome!.id,
        revision: 1,
      });
      expect(row!.created_at).toEqual(row!.updated_at);
      expect(Math.abs(Date.now() - Date.parse(row!.created_at))).toBeLessThan(60_000);
    });

    it('are two when the same identity comes on another day, in whichever order they are written again', async () => {
      const first = aFinding();
      const other = {
        ...first,
        first_seen: '2026-02-01T00:00:00.000Z',
        last_seen: '2026-02-01T00:00:00.000Z',
      };
      const [one, two] = await store.upsertBatch([first, other, first]);
      expect(two!.id).not.toBe(one!.id);
      const again = await store.upsertBatch([other, first, other]);
      expect(again.map(({ id, created }) => [id, created])).toEqual([
        [two!.id, false],
        [one!.id, false],
        [two!.id, false],
      ]);
      await expect(store.upsertBatch([other])).resolves.toMatchObject([{ id: two!.id }]);
      expect(await countRows(database.dataSource, 'findings')).toBe(2);
    });

    it('are written once, and found again by their key', async () => {
      const [first, second, third] = [aFinding(), aFinding({ user: 'bob' }), aFinding()];
      const before = await store.upsertBatch([first, second]);
      const again = await store.upsertBatch([second, third, { ...first, severity: 'critical' }, third]);

      expect(again).toEqual([
        { id: before[1]!.id, created: false, changed: false, revision: 1 },
        { id: expect.any(Number), created: true, changed: true, revision: 1 },
        { id: before[0]!.id, created: false, changed: false, revision: 1 },
        { id: again[1]!.id, created: true, changed: true, revision: 1 },
      ]);
      expect((await rows()).map(({ severity }) => severity)).toEqual(['low', 'low', 'low']);
    });

    it('are written once when batches run at the same time in different orders', async () => {
      const drafts = Array.from({ length: 300 }, (_, i) => aFinding({ user: `user-${i % 7}` }));
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, i) => store.upsertBatch(i % 2 === 0 ? drafts : [...drafts].reverse())),
      );
      expect(results.flat().filter(({ created }) => created)).toHaveLength(300);
      for (const [i, result] of results.entries()) {
        const ids = result.map(({ id }) => id);
        expect(i % 2 === 0 ? ids : ids.reverse()).toEqual(results[0]!.map(({ id }) => id));
      }
    });

    it('get ids in the order of the batch', async () => {
      const outcomes = await store.upsertBatch(Array.from({ length: 50 }, () => aFinding()));
      const ids = outcomes.map(({ id }) => id);
      expect(ids).toEqual([...ids].sort((a, b) => a - b));
    });

    it('of an empty batch are none', async () => {
      await expect(store.upsertBatch([])).resolves.toEqual([]);
    });

    it('are refused for good when they can never be stored', async () => {
      for (const overrides of [
        { description: 'a\u0000b' },
        { severity: 'informational' as 'low' },
        { finding_key: 'no uuid' },
        { group_key: 'none for an event' },
      ]) {
        const failure = await store
          .upsertBatch([aFinding(), aFinding(overrides)])
          .catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(AppError);
        expect(failure).toMatchObject({ kind: 'invalid' });
      }
      await expect(rows()).resolves.toEqual([]);
    });
  });

  describe('episodes', () => {
    it('grow in the row they began in', async () => {
      const [begun] = await store.upsertBatch([anEpisode(0, 2)]);
      const grown = anEpisode(0, 5, {
        severity: 'high',
        reasons: {
          kind: 'correlation',
          type: 'event_count',
          timespan: 60_000,
          threshold: { gte: 3 },
          fields: [],
          value: 6,
          group: { user: 'alice' },
          rules: [],
        },
      });
      const [outcome] = await store.upsertBatch([grown]);

      expect(outcome).toEqual({ id: begun!.id, created: false, changed: true, revision: 2 });
      const stored = await rows();
      expect(stored).toHaveLength(1);
      expect(stored[0]).toMatchObject({
        severity: 'high',
        event_count: 6,
        description: grown.description,
        event_uids: grown.event_uids,
        reasons: grown.reasons,
        last_seen: minute(5),
        revision: 2,
      });
      expect(stored[0]!.updated_at >= stored[0]!.created_at).toBe(true);
    });

    it('stay as they are when nothing is new', async () => {
      const draft = anEpisode(0, 2);
      const [begun] = await store.upsertBatch([draft]);
      await expect(store.upsertBatch([draft])).resolves.toEqual([
        { id: begun!.id, created: false, changed: false, revision: 1 },
      ]);
    });

    it('are apart when their times or groups are', async () => {
      const outcomes = await store.upsertBatch([
        anEpisode(0, 2),
        anEpisode(3, 4),
        anEpisode(0, 2, { group_key: '{"user":"bob"}', user: 'bob' }),
        anEpisode(0, 2, { rule_id: 'rule-3' }),
      ]);
      expect(new Set(outcomes.map(({ id }) => id)).size).toBe(4);
    });

    it('follow a change of the user that they are about', async () => {
      await store.upsertBatch([anEpisode(0, 2, { group_key: '{}' })]);
      await store.upsertBatch([anEpisode(0, 3, { group_key: '{}', user: 'bob', severity: 'low' })]);
      expect((await rows()).map(({ user }) => user)).toEqual(['bob']);
    });

    it('keep the day they were raised on when their severity changes later', async () => {
      const [outcome] = await store.upsertBatch([anEpisode(0, 2)]);
      await database.dataSource.transaction(async (transaction) => {
        await transaction.query(`update findings set created_at = '2026-01-16T23:59:59.999Z' where id = $1`, [
          outcome!.id,
        ]);
        await transaction.query(`update finding_daily_counts set day = '2026-01-16'`);
        await transaction.query(`update finding_user_daily_counts set day = '2026-01-16'`);
      });
      await store.upsertBatch([anEpisode(0, 4, { severity: 'critical' })]);
      const counts = await database.dataSource.query(
        `select to_char(day, 'YYYY-MM-DD') as day, severity, count from finding_daily_counts order by severity`,
      );
      expect(counts).toEqual([
        { day: '2026-01-16', severity: 'critical', count: '1' },
        { day: '2026-01-16', severity: 'medium', count: '0' },
      ]);
    });

    it('become one in the oldest row when a draft joins them', async () => {
      const separate = await store.upsertBatch([
        anEpisode(0, 2, { severity: 'low' }),
        anEpisode(4, 6, { user: 'bob' }),
        anEpisode(8, 9, { severity: 'critical' }),
        anEpisode(20, 21),
      ]);
      await database.dataSource.query(
        `insert into finding_enrichments (finding_id, risk_score, explanation, source, created_at, updated_at)
         values ($1, 50, 'Because.', 'heuristic', now(), now())`,
        [separate[1]!.id],
      );
      const joined = anEpisode(1, 10, { severity: 'high', event_count: 10 });
      const [outcome] = await store.upsertBatch([joined]);

      expect(outcome).toEqual({ id: separate[0]!.id, created: false, changed: true, revision: 2 });
      const stored = await rows();
      expect(stored.map(({ id }) => id)).toEqual([separate[0]!.id, separate[3]!.id]);
      expect(stored[0]).toMatchObject({
        first_seen: minute(0),
        last_seen: minute(10),
        description: joined.description,
      });
      expect(await countRows(database.dataSource, 'finding_enrichments')).toBe(0);
    });

    it('join within one batch, and every draft is told the row', async () => {
      const outcomes = await store.upsertBatch([
        anEpisode(0, 2),
        aFinding(),
        anEpisode(4, 6),
        anEpisode(0, 6),
        anEpisode(30, 31),
      ]);
      const [first, event, second, joined, apart] = outcomes.map(({ id }) => id);
      expect([second, joined]).toEqual([first, first]);
      expect(new Set([first, event, apart]).size).toBe(3);
      expect((await rows()).map(({ event_count }) => event_count).sort()).toEqual([1, 2, 7]);
    });

    it('are found by their key when they do not overlap', async () => {
      const [begun] = await store.upsertBatch([anEpisode(0, 2)]);
      const moved = anEpisode(5, 6, { finding_key: anEpisode(0, 2).finding_key });
      const [outcome] = await store.upsertBatch([moved]);
      expect(outcome).toMatchObject({ id: begun!.id, created: false, changed: true });
    });

    it('are written beside findings about events, new and old', async () => {
      const old = aFinding();
      const [present] = await store.upsertBatch([old]);
      const outcomes = await store.upsertBatch([old, anEpisode(0, 1), aFinding()]);
      expect(outcomes[0]).toEqual({ id: present!.id, created: false, changed: false, revision: 1 });
      expect(outcomes.slice(1).map(({ created }) => created)).toEqual([true, true]);
    });

    it('refuse a key that belongs to another group, and write nothing of that batch', async () => {
      const draft = anEpisode(0, 2);
      await store.upsertBatch([draft]);
      await expect(
        store.upsertBatch([aFinding(), { ...draft, group_key: '{"user":"bob"}' }]),
      ).rejects.toMatchObject({ kind: 'invalid', code: 'PERSISTENCE.FINDING_KEY_TAKEN' });
      await expect(rows()).resolves.toHaveLength(1);
    });

    it('may have groups longer than an index entry can be', async () => {
      const group_key = JSON.stringify({ agent: Array.from({ length: 3000 }, () => newId()).join('') });
      const [begun] = await store.upsertBatch([anEpisode(0, 2, { group_key })]);
      const [grown] = await store.upsertBatch([anEpisode(0, 3, { group_key })]);
      expect(grown).toMatchObject({ id: begun!.id, changed: true });
    });

    it('do not overlap when two processes write the same group at the same time', async () => {
      // Every process sees the episode begin somewhere else and grow: without a lock each would insert its own row.
      await Promise.all(
        Array.from({ length: 8 }, async (_, process) => {
          for (let step = 0; step < 10; step += 1) {
            await store.upsertBatch([
              anEpisode(process, 20 + step, { severity: step % 2 === 0 ? 'high' : 'medium' }),
              anEpisode(process, 20 + step, { group_key: `{"user":"user-${(process + step) % 3}"}` }),
              aFinding({ user: `user-${process}` }),
            ]);
          }
        }),
      );
      const episodes = (await rows()).filter(({ kind }) => kind === 'correlation');
      expect(episodes).toHaveLength(4);
    });

    it('stand as they stood last, though a slow writer tells later how they stood before', async () => {
      const other = new FindingStore(database.dataSource);
      const severities = ['low', 'medium', 'high', 'critical'] as const;
      // The range is the same in all states: late events fall into it.
      const states = severities.map((severity, i) => anEpisode(0, 9, { severity, event_count: 4 + i }));
      await store.upsertBatch([states[0]!]);
      const [newest] = await store.upsertBatch([states[3]!]);
      const outdated = await other.upsertBatch([states[1]!]);
      expect(outdated[0]).toEqual({ id: newest!.id, created: false, changed: false, revision: 2 });
      await Promise.all([other.upsertBatch([states[2]!]), store.upsertBatch([states[1]!])]);
      // One that ends earlier is how it stood even before that.
      await other.upsertBatch([anEpisode(0, 5, { severity: 'low', event_count: 3 })]);
      expect(await rows()).toMatchObject([
        {
          event_count: 7,
          severity: 'critical',
          event_uids: states[3]!.event_uids,
          last_seen: minute(9),
          revision: 2,
        },
      ]);
    });

    it('of more groups than the server has locks for are written', async () => {
      const drafts = Array.from({ length: 12_000 }, (_, i) => anEpisode(0, 1, { group_key: `{"n":${i}}` }));
      const outcomes = await store.upsertBatch(drafts);
      expect(new Set(outcomes.map(({ id }) => id)).size).toBe(12_000);
    });
  });

  describe('in the transaction of the caller', () => {
    it('commit and go with it', async () => {
      await database.dataSource.transaction((transaction) =>
        store.upsertBatch([aFinding(), anEpisode(0, 1)], transaction),
      );
      await expect(
        database.dataSource.transaction(async (transaction) => {
          await store.upsertBatch([aFinding()], transaction);
          await store.upsertBatch([anEpisode(0, 9)], transaction);
          throw new Error('the caller changes its mind');
        }),
      ).rejects.toThrow('changes its mind');
      expect((await rows()).map(({ event_count }) => event_count)).toEqual([1, 2]);
    });
  });

  it('is unavailable while the database is away, and then works again', async () => {
    const errors = await callThroughOutages(database.url, (dataSource) => {
      const findings = new FindingStore(dataSource);
      return [
        () => findings.upsertBatch([aFinding()]),
        () => findings.upsertBatch([aFinding(), anEpisode(0, 1)]),
      ];
    });
    const unavailable = { kind: 'unavailable', code: 'PERSISTENCE.UNAVAILABLE' };
    expect(errors).toEqual(Array.from({ length: 4 }, () => expect.objectContaining(unavailable)));
  });

  it('leaves rows and counts as they were when its session is ended in the middle of a transaction', async () => {
    const drafts = [aFinding({ user: 'carol' }), anEpisode(0, 3, { group_key: '{"user":"carol"}' })];
    await store.upsertBatch([aFinding()]);
    // It is stopped at the counts, with its rows already written.
    const blocker = database.dataSource.createQueryRunner();
    await blocker.startTransaction();
    await blocker.query('select from finding_daily_counts for update');
    const writing = Promise.allSettled([store.upsertBatch(drafts)]);
    await endWaitingSession(database.dataSource);
    expect(await writing).toMatchObject([{ status: 'rejected', reason: { kind: 'unavailable' } }]);
    await blocker.rollbackTransaction();
    await blocker.release();

    expect(await countRows(database.dataSource, 'findings')).toBe(1);
    const { kept, actual } = await compareCounts(database.dataSource);
    expect(kept).toEqual(actual);
    expect((await store.upsertBatch(drafts)).map(({ created }) => created)).toEqual([true, true]);
  });
});
