import type { components } from '../src/lib/api/schema';
import { enrichFixture } from './fixture-enrichment.ts';

type Schemas = components['schemas'];
export type FixtureFinding = Schemas['FindingDetail'];
export type FixtureEvent = Schemas['Event'];

/** Everything the fixture API answers from. */
export interface FixtureData {
  /** Newest first, like the API's list. */
  events: FixtureEvent[];
  /** Newest first. */
  findings: FixtureFinding[];
}

const USERS = ['alice', 'bob', 'carol', 'dmitri', 'erin', 'frank', 'grace', 'svc-deploy', 'heidi'];
const MINUTE = 60_000;
const DAY = 86_400_000;

/** The same numbers on every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

function uuid(kind: number, n: number): string {
  return `${kind.toString(16).padStart(8, '0')}-0000-5000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** Makes an event in the shape the API has; `n` is its id. */
export function makeEvent(
  n: number,
  at: number,
  type: string,
  user: string,
  raw: Record<string, unknown>,
): FixtureEvent {
  return {
    id: n,
    uid: uuid(1, n),
    event_id: `evt-${n}`,
    source: type.startsWith('cloudtrail.') ? 'cloudtrail' : 'api',
    event_type: type,
    user,
    canonical_user: user.toLowerCase(),
    timestamp: new Date(at).toISOString(),
    received_at: new Date(at + 400).toISOString(),
    conflicts_with: null,
    raw_data: raw,
  };
}

interface Story {
  rule: string;
  title: string;
  severity: FixtureFinding['severity'];
  kind: FixtureFinding['kind'];
  count: number;
  type: string;
  raw: (random: () => number, user: string) => Record<string, unknown>;
  describe: (user: string, raw: Record<string, unknown>, count: number) => string;
  reasons: (
    raw: Record<string, unknown>,
    count: number,
    uids: string[],
    user: string,
  ) => Schemas['FindingReason'];
  controls: Record<string, string[]>;
}

const CITIES = ['Berlin', 'Lisbon', 'Russia', 'Oslo', 'China', 'Toronto'];
const pick = <Item>(items: readonly Item[], random: () => number): Item =>
  items[Math.floor(random() * items.length)] as Item;
const login = (random: () => number) => ({
  ip: `203.0.113.${Math.floor(random() * 250)}`,
  location: pick(CITIES, random),
  user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
  success: false,
});

// Reasons in the shape in which the engine records them.
const item = (field: string, patterns: string[], values: unknown[]): Schemas['ItemReason'] => ({
  kind: 'item',
  matched: true,
  field,
  key: field,
  patterns,
  values: values as Schemas['ItemReason']['values'],
});
const selection = (...items: Schemas['ItemReason'][]): Schemas['EventReason'] => ({
  kind: 'event',
  condition: {
    kind: 'selection',
    name: 'selection',
    matched: true,
    reason: { kind: 'all', matched: true, reasons: items },
  },
});

const STORIES: readonly Story[] = [
  {
    rule: 'public_bucket_detected',
    title: 'Storage bucket is public',
    severity: 'critical',
    kind: 'event',
    count: 1,
    type: 'storage_bucket_created',
    raw: (random) => ({
      bucket_name: `backups-${Math.floor(random() * 90)}`,
      public: true,
      region: 'eu-central-1',
    }),
    describe: (user, raw) =>
      `${user} made the bucket ${String(raw.bucket_name)} in ${String(raw.region)} public.`,
    reasons: (raw) =>
      selection(
        item('event_type', ['storage_bucket_created'], ['storage_bucket_created']),
        item('public', ['true'], [raw.public]),
      ),
    controls: { tsc: ['CC6.1', 'CC6.6'], iso_27001: ['A.8.3'], nist_800_53: ['AC-3'] },
  },
  {
    rule: 'too_many_failed_logins',
    title: 'Too many failed logins of one user',
    severity: 'high',
    kind: 'correlation',
    count: 6,
    type: 'login_failed',
    raw: login,
    describe: (user, raw, count) =>
      `${user} failed to log in ${count} times within 1 hour, last from ${String(raw.location)} (${String(raw.ip)}).`,
    reasons: (_raw, count, uids, user) => ({
      kind: 'correlation',
      type: 'event_count',
      timespan: 3_600_000,
      threshold: { gte: 5 },
      fields: [],
      value: count,
      group: { user },
      rules: [
        { id: 'base', name: 'base_login_failed', title: 'Failed sign-in', contentHash: '', eventIds: uids },
      ],
    }),
    controls: { tsc: ['CC6.1', 'CC7.2'], pci_dss: ['8.3.4', '10.2.1.4'], nist_800_53: ['AC-7'] },
  },
  {
    rule: 'api_token_created',
    title: 'API token created',
    severity: 'medium',
    kind: 'event',
    count: 1,
    type: 'api_token_created',
    raw: (random, user) => ({
      token_id: `tok_${Math.floor(random() * 1e6)}`,
      scopes: ['read:repos', 'write:deploy'],
      created_by: user,
      has_expiry: true,
      expires_at: '2027-01-01T00:00:00Z',
    }),
    describe: (user, raw) =>
      `${user} created the API token ${String(raw.token_id)} with read:repos, write:deploy.`,
    reasons: (raw) => ({
      kind: 'event',
      condition: {
        kind: 'all',
        matched: true,
        reasons: [
          selection(item('event_type', ['api_token_created'], ['api_token_created'])).condition,
          {
            kind: 'not',
            matched: true,
            reason: {
              kind: 'selection',
              name: 'admin',
              matched: false,
              reason: { ...item('scopes', ['admin:\\*'], raw.scopes as unknown[]), matched: false },
            },
          },
        ],
      },
    }),
    controls: { tsc: ['CC6.2'], iso_27001: ['A.5.17'] },
  },
  {
    rule: 'single_failed_login',
    title: 'Failed login',
    severity: 'low',
    kind: 'event',
    count: 1,
    type: 'login_failed',
    raw: login,
    describe: (user, raw) => `${user} failed to log in from ${String(raw.location)} (${String(raw.ip)}).`,
    reasons: () => selection(item('event_type', ['login_failed'], ['login_failed'])),
    controls: { tsc: ['CC6.1'] },
  },
  {
    rule: 'small_pr_merged',
    title: 'Small pull request merged',
    severity: 'low',
    kind: 'event',
    count: 1,
    type: 'pull_request_merged',
    raw: (random, user) => ({
      repo: 'payments',
      branch: `feature/${Math.floor(random() * 900)}`,
      lines_changed: Math.floor(random() * 145) + 5,
      approved_by: user === 'bob' ? 'alice' : 'bob',
    }),
    describe: (user, raw) => `${user} merged ${String(raw.lines_changed)} lines into ${String(raw.repo)}.`,
    reasons: (raw) => selection(item('lines_changed', ['lte 150'], [raw.lines_changed])),
    controls: { tsc: ['CC8.1'] },
  },
];

/** Text that tries to be more than text: markup, a link, direction marks, great length. */
export const HOSTILE_USER = '<img src=x onerror="document.title=1">\u202ecod.exe';

/** A few hundred events of the last 30 days and what the rules found in them. */
export function makeFixtureData(now: number, findingCount = 137): FixtureData {
  const random = randomFrom(42);
  const events: FixtureEvent[] = [];
  const findings: FixtureFinding[] = [];
  for (let n = 1; n <= findingCount; n += 1) {
    const story = STORIES[Math.floor(random() ** 0.8 * STORIES.length)] as Story;
    const user = pick(USERS, random);
    const ago = ((findingCount - n) / findingCount) ** 1.6 * 29 * DAY + random() * 20 * MINUTE + 20_000;
    findings.push(makeFinding(story, n, user, now - ago, events, random));
  }
  const [bucket] = STORIES;
  findings.push(makeFinding(bucket as Story, findingCount + 1, HOSTILE_USER, now - 12_000, events, random));
  return { events: events.toReversed(), findings: findings.toReversed() };
}

/** Makes a finding of the n-th kind of story, as if it were raised at `at`; adds its events. */
export function makeNextFinding(data: FixtureData, kind: number, user: string, at: number): FixtureFinding {
  const events: FixtureEvent[] = data.events.toReversed();
  const story = STORIES[kind % STORIES.length] as Story;
  const finding = makeFinding(
    story,
    (data.findings[0]?.id ?? 0) + 1,
    user,
    at,
    events,
    randomFrom(at % 1000),
  );
  finding.revision = 1;
  data.events = events.toReversed();
  data.findings = [finding, ...data.findings];
  return finding;
}

function makeFinding(
  story: Story,
  id: number,
  user: string,
  at: number,
  events: FixtureEvent[],
  random: () => number,
): FixtureFinding {
  const own: FixtureEvent[] = [];
  for (let index = 0; index < story.count; index += 1) {
    const when = at - (story.count - 1 - index) * 4 * MINUTE;
    const event = makeEvent(events.length + 1, when, story.type, user, story.raw(random, user));
    own.push(event);
    events.push(event);
  }
  const uids = own.map(({ uid }) => uid);
  const last = own.at(-1) as FixtureEvent;
  const finding: FixtureFinding = {
    id,
    rule_id: uuid(2, STORIES.indexOf(story)),
    rule_name: story.rule,
    rule_version: 1,
    rule_hash: `sha256:${uuid(3, STORIES.indexOf(story)).replaceAll('-', '')}`,
    title: story.title,
    kind: story.kind,
    description: story.describe(user, last.raw_data, story.count),
    severity: story.severity,
    user,
    canonical_user: user.toLowerCase(),
    group_key: story.kind === 'correlation' ? JSON.stringify({ user }) : null,
    event_count: story.count,
    first_seen: (own[0] as FixtureEvent).timestamp,
    last_seen: last.timestamp,
    created_at: new Date(at + 500).toISOString(),
    updated_at: new Date(at + 500).toISOString(),
    revision: story.count > 1 ? story.count - 4 : 1,
    risk_score: null,
    rule_score: null,
    model_score: null,
    disagreement: null,
    injection_suspected: false,
    ai_explanation: null,
    enrichment_source: null,
    enrichment_model: null,
    enriched_at: null,
    enrichment: null,
    event_uids: uids,
    reasons: [story.reasons(last.raw_data, story.count, uids, user)],
    controls: story.controls,
    events: own,
  };
  if (id % 3 === 0) enrichFixture(finding, 'heuristic');
  return finding;
}
