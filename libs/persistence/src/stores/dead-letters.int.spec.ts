import type { DeadLetter } from '@mcm/contracts';
import { DEAD_LETTER } from '../tables/dead-letters.js';
import { DeadLetters, MESSAGE_LIMIT_BYTES } from './dead-letters.js';
import { countRows, createMigratedDatabase, type MigratedDatabase, storedRows } from '../testing/index.js';

const aLetter = (overrides: Partial<DeadLetter> = {}): DeadLetter => ({
  origin: 'bus',
  subject: 'events.accepted',
  consumer: 'record-events',
  code: 'PERSISTENCE.UNSTORABLE',
  reason: 'The database cannot hold a value.',
  message: '{"uid":"x"}',
  truncated: false,
  tries: 8,
  failed_at: '2026-01-15T12:00:00.000Z',
  ...overrides,
});

describe('DeadLetters', () => {
  let database: MigratedDatabase;
  let letters: DeadLetters;
  const rows = () => storedRows(database.dataSource, 'dead_letters', DEAD_LETTER);

  beforeAll(async () => {
    database = await createMigratedDatabase();
    letters = new DeadLetters(database.dataSource);
  });
  afterAll(() => database.drop());
  beforeEach(() => database.dataSource.query('truncate dead_letters'));

  it('are kept as they are', async () => {
    const verified = { verified: true, headers: { 'x-github-event': 'push\u0000' } };
    await letters.add([aLetter(), aLetter({ origin: 'ingest', tries: 1, ...verified })]);
    await letters.add([]);
    const stored = { id: expect.any(Number), redriven_at: null };
    expect(await rows()).toEqual([
      { ...aLetter(), ...stored, verified: false, headers: {} },
      {
        ...aLetter({ origin: 'ingest', tries: 1 }),
        ...stored,
        verified: true,
        headers: { 'x-github-event': 'push\uFFFD' },
      },
    ]);
  });

  it('hold any message', async () => {
    await letters.add([
      aLetter({ message: 'a\u0000b\uD800c', reason: 'U+0000: "\u0000"', subject: '\uDFFF' }),
      aLetter({ message: '\\u0000 "quoted" \u0001\n' }),
      aLetter({ message: '', truncated: true }),
    ]);
    expect((await rows()).map(({ message, reason, subject }) => [message, reason, subject])).toEqual([
      ['a\uFFFDb\uFFFDc', 'U+0000: "\uFFFD"', '\uFFFD'],
      ['\\u0000 "quoted" \u0001\n', aLetter().reason, aLetter().subject],
      ['', aLetter().reason, aLetter().subject],
    ]);
  });

  it('are cut at the limit, and say so', async () => {
    await letters.add([
      aLetter({ message: 'ü'.repeat(1_000_000) }),
      aLetter({ message: 'x'.repeat(MESSAGE_LIMIT_BYTES) }),
      aLetter({ message: 'short', truncated: true }),
      aLetter({ reason: 'r'.repeat(100_000) }),
    ]);
    const kept = await rows();
    expect(kept.map(({ message }) => Buffer.byteLength(message))).toEqual([65_536, 65_536, 5, 11]);
    expect(kept.map(({ truncated }) => truncated)).toEqual([true, false, true, false]);
    expect(kept[3]!.reason).toHaveLength(4096);
  });

  it('are added by the thousand', async () => {
    await letters.add(Array.from({ length: 2000 }, () => aLetter({ message: 'x'.repeat(20_000) })));
    expect(await countRows(database.dataSource, 'dead_letters')).toBe(2000);
  });

  it('know when they were handed over again', async () => {
    await letters.add([aLetter(), aLetter(), aLetter()]);
    const [first, second] = await rows();
    await expect(letters.markRedriven([first!.id, second!.id, 999_999])).resolves.toBe(2);
    await expect(letters.markRedriven([])).resolves.toBe(0);
    expect((await rows()).map(({ redriven_at }) => redriven_at !== null)).toEqual([true, true, false]);
  });
});
