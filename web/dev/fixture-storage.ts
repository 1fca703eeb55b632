import type { components } from '../src/lib/api/schema';
import type { FixtureAnswer } from './fixture-access.ts';
import { fixtureProblem } from './fixture-problem.ts';

type Schemas = components['schemas'];
type Retention = Schemas['Retention'];

const DAY_MS = 86_400_000;
const at = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
const day = (days: number) => at(days).slice(0, 10);

const DEFAULTS: Retention = {
  events_days: 400,
  events_days_by_source: {},
  findings_days: 1095,
  dead_letters_days: 30,
  ai_exchanges_days: 90,
  jobs_days: 90,
};

/** What is stored, the retention and the legal holds of the fixture API. */
export class FixtureStorage {
  private setting: Schemas['Setting'] = makeSetting();
  private holds: Schemas['LegalHold'][] = makeHolds();

  /** As at the start. */
  clear(): void {
    this.setting = makeSetting();
    this.holds = makeHolds();
  }

  /** Answers what is about storage and settings; `filling`: the disk is nearly full. */
  handle(
    method: string,
    [kind, what, further, last]: readonly string[],
    body: unknown,
    { empty, filling }: { empty: boolean; filling: boolean },
  ): FixtureAnswer | undefined {
    if (empty) this.holds = [];
    if (kind === 'settings') return this.handleSetting(method, body);
    if (kind !== 'storage') return undefined;
    if (what === undefined) return { status: 200, body: makeStorage(this.holds.length, empty, filling) };
    if (what === 'dry-run') return { status: 200, body: dryRun() };
    if (what !== 'holds') return undefined;
    if (further === undefined && method === 'GET') return { status: 200, body: { items: this.holds } };
    if (further === undefined) return this.create(body as Schemas['LegalHoldRequest']);
    if (last !== 'release') return undefined;
    return this.release(further, body as Schemas['LegalHoldRelease']);
  }

  private handleSetting(method: string, body: unknown): FixtureAnswer {
    const { revision } = this.setting;
    if (method === 'PATCH') {
      const { value } = body as { value: Partial<Retention> };
      this.setting = {
        ...this.setting,
        revision: revision + 1,
        pending: {
          value: { ...this.setting.value, ...value, events_days_by_source: {} },
          takes_effect_at: at(1),
        },
        changed_by: 'Ada Admin',
        changed_at: at(0),
      };
    }
    if (method === 'DELETE') this.setting = { ...this.setting, revision: revision + 1, pending: null };
    return { status: 200, body: this.setting };
  }

  private create({ sources = null, from, to, reason }: Schemas['LegalHoldRequest']): FixtureAnswer {
    const hold = makeHold(this.holds.length + 1, { sources, from: from ?? null, to: to ?? null, reason });
    this.holds = [hold, ...this.holds];
    return { status: 201, body: hold };
  }

  private release(id: string, { reason }: Schemas['LegalHoldRelease']): FixtureAnswer {
    const hold = this.holds.find((each) => each.id === id);
    if (hold === undefined) {
      return { status: 404, body: fixtureProblem(404, 'HOLDS.NOT_FOUND', `There is no legal hold ${id}.`) };
    }
    this.holds = this.holds.filter((each) => each !== hold);
    const released = { release_reason: reason, released_by: 'Ada Admin', released_at: at(0) };
    return { status: 200, body: { ...hold, ...released } satisfies Schemas['LegalHold'] };
  }
}

function makeSetting(): Schemas['Setting'] {
  return {
    name: 'retention',
    revision: 2,
    value: { ...DEFAULTS, events_days_by_source: { okta: 730 } },
    defaults: DEFAULTS,
    changed: ['events_days_by_source'],
    pending: null,
    changed_by: 'Ada Admin',
    changed_at: at(-20),
  };
}

function makeHold(
  number: number,
  given: Pick<Schemas['LegalHold'], 'sources' | 'from' | 'to' | 'reason'>,
): Schemas['LegalHold'] {
  return {
    id: `00000000-0000-4000-8000-00000000000${number}`,
    created_by: 'Ada Admin',
    created_at: at(-number),
    release_reason: null,
    released_by: null,
    released_at: null,
    ...given,
  };
}

function makeHolds(): Schemas['LegalHold'][] {
  return [
    makeHold(1, { sources: ['github', 'okta'], from: day(-420), to: day(-410), reason: 'Case 2026-17' }),
    makeHold(2, { sources: null, from: null, to: day(-700), reason: 'Tax audit of the years before' }),
  ];
}

function dryRun(): Schemas['RetentionDryRun'] {
  const days = Array.from({ length: 35 }, (_, index) => ({
    day: day(index - 400),
    events: 41_200,
    bytes: 26_400_000,
    partly: index % 7 === 0,
  }));
  return {
    value: DEFAULTS,
    days,
    events: days.length * 41_200,
    bytes: days.length * 26_400_000,
    held_days: 11,
    rows: [
      { kind: 'findings', rows: 0, exact: true },
      { kind: 'dead_letters', rows: 318, exact: true },
      { kind: 'ai_exchanges', rows: 100_000, exact: false },
      { kind: 'jobs', rows: 4, exact: true },
    ],
  };
}

function makeStorage(holds: number, empty: boolean, filling: boolean): Schemas['Storage'] {
  const kind = (
    name: Schemas['StoredKind']['kind'],
    bytes: number,
    rows: number | null,
    kept_days: number | null,
    exact = false,
  ): Schemas['StoredKind'] => ({
    kind: name,
    bytes: empty ? 8_192 : bytes,
    rows: empty ? (rows === null ? null : 0) : rows,
    rows_exact: exact,
    kept_days,
    oldest_day: exact && !empty ? day(-80) : null,
    months:
      exact && !empty && rows !== null
        ? [-60, -30, 0].map((days) => ({
            month: day(days).slice(0, 7),
            rows: Math.round(rows / 3),
            bytes: Math.round(bytes / 3),
          }))
        : [],
  });
  return {
    as_of: at(0),
    database_bytes: empty ? 12_000_000 : 2_530_000_000,
    kinds: [
      kind('events', 2_110_000_000, 3_296_000, 400, true),
      kind('findings', 312_000_000, 186_400, 1095, true),
      kind('dead_letters', 4_700_000, 1_210, 30),
      kind('ai_exchanges', 41_000_000, 5_320, 90),
      kind('jobs', 9_400_000, 12, 90),
      kind('audit', 2_200_000, 4_810, null),
      kind('other', 18_000_000, null, null),
    ],
    growth: empty
      ? null
      : { events: 41_200, findings: 2_330, bytes_added: 30_300_000, bytes_removed: filling ? 0 : 26_400_000 },
    disk: {
      size_bytes: 252_300_000_000,
      free_bytes: filling ? 1_152_000_000 : 181_000_000_000,
      reserve_bytes: 1_000_000_000,
      basis: 'measured',
    },
    disk_unknown: null,
    days_until_full: empty ? null : filling ? 5 : 46_153,
    holds,
    maintenance: empty
      ? null
      : {
          started_at: at(-0.02),
          ended_at: at(-0.02),
          retention_time: at(-0.02),
          report: {
            retention_time: at(-0.02),
            days: [{ day: day(-401), events: 40_870, kept_sources: null }],
            held_days: 11,
            removed: { findings: 0, dead_letters: 27, ai_exchanges: 112, jobs: 0 },
            more: false,
            faults: filling ? ['events of 2025-10-26: A lock was not free in time'] : [],
          },
        },
  };
}
