import type { components } from '../src/lib/api/schema';

import { fixtureProblem } from './fixture-problem.ts';

type Schemas = components['schemas'];
type FixtureRule = Schemas['RuleDetail'];
type Level = Schemas['RuleLevel'];
type Problem = Schemas['RuleProblem'];

const DAY = 86_400_000;
const LEVELS: readonly Level[] = ['informational', 'low', 'medium', 'high', 'critical'];

/** `name`, title, level, pack, hits, kind. */
const RULES = [
  ['public_bucket_detected', 'Storage bucket is public', 'critical', 'core', 31, 'event'],
  ['too_many_failed_logins', 'Too many failed logins of one user', 'high', 'core', 22, 'correlation'],
  ['base_login_failed', 'Failed sign-in', 'informational', 'core', 0, 'event'],
  ['small_pr_merged', 'Small pull request merged', 'low', 'core', 1204, 'event'],
  [
    'aws_root_user_active',
    'The root user of an AWS account did something',
    'critical',
    'aws-cloudtrail',
    2,
    'event',
  ],
  ['aws_trail_stopped', 'Audit trail stopped or deleted', 'high', 'aws-cloudtrail', 0, 'event'],
  ['aws_user_created', 'IAM user created', 'medium', 'aws-cloudtrail', 17, 'event'],
  ['github_secret_scanning_off', 'Secret scanning switched off', 'high', 'github', 3, 'event'],
  [
    'okta_push_fatigue',
    'Push notifications refused again and again, then one accepted',
    'high',
    'okta',
    1,
    'correlation',
  ],
  ['known_scanner', 'Exception for the scanner of the security team', 'informational', 'core', 0, 'filter'],
] as const;

function source(name: string, title: string, level: string): string {
  return `title: ${title}
name: ${name}
status: stable
description: >-
  What it means and why it matters, in a sentence or two.
logsource: { product: mcm, service: activity }
detection:
  selection:
    event_type: storage_bucket_created
    public: true
  condition: selection
level: ${level}
summary: '{user} made the bucket {bucket_name} in {region} public'
compliance:
  tsc: [CC6.1, CC6.6]
  iso_27001: [A.8.3]
tests:
  - name: a public bucket
    events:
      - { event_type: storage_bucket_created, user: alice, bucket_name: backups, public: true, region: eu-central-1 }
    expect: { match: true }
`;
}

function makeRules(now: number): FixtureRule[] {
  return RULES.map(([name, title, level, pack, hits, kind], index) => {
    const path = `rules/${pack}/${name}.yml`;
    return {
      id: `0000000${index}-0000-4000-8000-00000000000${index}`,
      name,
      title,
      pack,
      path,
      kind,
      level,
      effective_level: level,
      enabled: true,
      silent: name.startsWith('base_'),
      logsource: kind === 'correlation' ? null : { product: 'mcm', service: 'activity' },
      tags: ['attack.exfiltration'],
      controls: { tsc: ['CC6.1', 'CC6.6'], iso_27001: ['A.8.3'] },
      hits,
      last_hit: hits > 0 ? new Date(now - index * 3.1 * 3_600_000).toISOString() : null,
      skipped_events: 0,
      last_skip: null,
      problems:
        name === 'aws_user_created'
          ? [problem(path, 1, 'warning', 'RULE.NO_TESTS', 'The rule has no tests')]
          : [],
      status: 'stable',
      description:
        'The content of the bucket can be read from anywhere on the internet.\nBackups and exports are what leaks this way.',
      line: 1,
      source: source(name, title, level),
      version: 2,
      content_hash: 'sha256:4f0c9b1e5f3a4c0d8e7b6a5948372615',
      loaded_at: new Date(now - 9 * DAY).toISOString(),
      tests: 3,
      correlation:
        kind === 'correlation'
          ? {
              type: 'event_count',
              threshold: { gte: 5 },
              group_by: ['user'],
              timespan_seconds: 3600,
              fields: [],
            }
          : null,
      references:
        kind === 'correlation'
          ? [{ id: '00000002-0000-4000-8000-000000000002', name: 'base_login_failed' }]
          : [],
      referenced_by: [],
      runbook:
        '1. Make the bucket private.\n2. Ask its owner what was in it.\n3. Read the access log for the time that it was public.',
      metadata: {
        author: 'Mini Compliance Monitor',
        references: ['https://example.org/public-buckets', 'javascript:alert(1)'],
      },
      level_override: null,
      override_revision: 0,
      changes: [],
    };
  });
}

/** A rule as it stands in lists. */
function listed(rule: FixtureRule): Schemas['Rule'] {
  const {
    status: _status,
    description: _description,
    line: _line,
    source: _source,
    version: _version,
    content_hash: _hash,
    loaded_at: _loaded,
    tests: _tests,
    correlation: _correlation,
    references: _references,
    referenced_by: _referenced,
    runbook: _runbook,
    metadata: _metadata,
    level_override: _level,
    override_revision: _revision,
    changes: _changes,
    ...row
  } = rule;
  return row;
}

function problem(
  path: string,
  line: number,
  severity: 'error' | 'warning',
  code: string,
  message: string,
): Problem {
  return { path, line, column: 3, severity, code, message };
}

const BROKEN = [
  problem(
    'rules/core/mine.yml',
    7,
    'error',
    'CONDITION.UNKNOWN_NAME',
    'The condition names "selectoin", which is not there; did you mean "selection"?',
  ),
  problem('rules/core/mine.yml', 12, 'error', 'LEVEL.UNKNOWN', 'The level "hihg" does not exist'),
];

/** What an answer is made of. */
interface Answer {
  status: number;
  body: unknown;
}

/** Rules in the shape of the real API: switched, reloaded and tried in memory. */
export class FixtureRules {
  private rules = makeRules(Date.now());
  private refused: Schemas['RefusedReload'] | null = null;
  private broken = false;
  private polls = 0;

  /** Starts over; without rules when `empty`. */
  clear(empty: boolean): void {
    this.rules = empty ? [] : makeRules(Date.now());
    this.refused = null;
    this.broken = false;
  }

  /** The files have errors from now on. */
  breakFiles(): void {
    this.broken = true;
  }

  /** Another person changes a rule now. */
  changeBehindTheBack(name: string): void {
    const rule = this.find(name);
    if (rule) this.change(rule, { level: 'low', by: 'another person' });
  }

  /** Answers a call below `/rules`; undefined where there is nothing. */
  handle(method: string, rest: readonly string[], query: URLSearchParams, body: unknown): Answer | undefined {
    const [first = '', second] = rest;
    const sent = (body ?? {}) as Record<string, unknown>;
    if (first === '') return { status: 200, body: this.list(query) };
    if (first === 'problems') return { status: 200, body: this.problems() };
    if (first === 'reload') return this.reload(sent.skip_faulty === true);
    if (first === 'preview') return this.preview(String(sent.yaml), String(sent.from));
    if (first === 'previews')
      return { status: method === 'DELETE' ? 204 : 200, body: this.poll(second ?? '', method) };
    const rule = this.find(first);
    if (!rule) return undefined;
    if (method !== 'PATCH') return { status: 200, body: rule };
    if (sent.override_revision !== undefined && sent.override_revision !== rule.override_revision) {
      return {
        status: 409,
        body: fixtureProblem(
          409,
          'RULES.CHANGED_MEANWHILE',
          `The rule ${rule.name} was changed meanwhile; look at it again.`,
        ),
      };
    }
    this.change(rule, sent);
    return { status: 200, body: rule };
  }

  private find(idOrName: string): FixtureRule | undefined {
    const key = decodeURIComponent(idOrName);
    return this.rules.find(({ id, name }) => id === key || name === key);
  }

  private change(rule: FixtureRule, change: Schemas['RuleChangeRequest']): void {
    if (change.enabled !== undefined) rule.enabled = change.enabled ?? true;
    if (change.level !== undefined) rule.level_override = change.level;
    rule.effective_level = rule.level_override ?? rule.level;
    rule.override_revision += 1;
    rule.changes = [
      {
        revision: rule.override_revision,
        enabled: rule.enabled,
        level: rule.level_override,
        changed_by: change.by ?? null,
        reason: change.reason ?? null,
        at: new Date().toISOString(),
      },
      ...rule.changes,
    ];
  }

  private list(query: URLSearchParams): Schemas['RulePage'] {
    const page = Number(query.get('page') ?? 1);
    const size = Number(query.get('page_size') ?? 50);
    const [text, pack, enabled, sort] = ['q', 'pack', 'enabled', 'sort'].map((name) => query.get(name));
    const levels = query.getAll('level');
    const matching = this.rules
      .filter(
        (rule) =>
          (!text || `${rule.name} ${rule.title}`.toLowerCase().includes(text.toLowerCase())) &&
          (!pack || rule.pack === pack) &&
          (!enabled || String(rule.enabled) === enabled) &&
          (levels.length === 0 || levels.includes(rule.effective_level)),
      )
      .sort((a, b) => {
        if (sort === 'hits') return b.hits - a.hits;
        if (sort === 'level') return LEVELS.indexOf(b.effective_level) - LEVELS.indexOf(a.effective_level);
        return a.name < b.name ? -1 : 1;
      });
    const packs = [...new Set(this.rules.map((rule) => rule.pack))].sort();
    return {
      items: matching.slice((page - 1) * size, page * size).map(listed),
      total: matching.length,
      page,
      page_size: size,
      packs: packs.map((name) => ({
        pack: name,
        rules: this.rules.filter((rule) => rule.pack === name).length,
      })),
    };
  }

  private problems(): Schemas['RuleProblems'] {
    return {
      revision: 3,
      loaded_at: new Date().toISOString(),
      problems: this.rules.flatMap(({ problems }) => problems),
      refused: this.refused,
    };
  }

  private reload(skipFaulty: boolean): Answer {
    if (this.broken && !skipFaulty) {
      this.refused = {
        at: new Date().toISOString(),
        requested_by: null,
        reason: null,
        rules: this.rules.length,
        problems: BROKEN,
      };
      return refused(
        'RULES.RELOAD_REFUSED',
        'The rules in force stay as they are. The files have 2 errors.',
        BROKEN,
      );
    }
    this.refused = null;
    const changed = this.broken ? this.rules.slice(0, 1).map(({ id }) => id) : [];
    return {
      status: 200,
      body: {
        outcome: this.broken ? 'replaced' : 'unchanged',
        revision: 4,
        rules: this.rules.length,
        added: [],
        changed,
        removed: [],
        problems: this.broken ? BROKEN : [],
      } satisfies Schemas['RulesReload'],
    };
  }

  /** A text with `selectoin` is refused, one with `slow` takes three polls, any other is answered immediately. */
  private preview(yaml: string, from: string): Answer {
    if (yaml.includes('selectoin')) {
      const line = yaml.split('\n').findIndex((text) => text.includes('selectoin')) + 1;
      const problems = [{ ...(BROKEN[0] as Problem), path: 'preview', line, column: 14 }];
      return refused('RULES.INVALID', 'The text has an error.', problems);
    }
    this.polls = yaml.includes('slow') ? 3 : 0;
    const preview = this.previewStatus(from);
    return { status: preview.result ? 200 : 202, body: preview };
  }

  private poll(id: string, method: string): unknown {
    if (method === 'DELETE') return undefined;
    this.polls -= 1;
    return this.previewStatus(decodeURIComponent(id).replace(/^preview:/, ''));
  }

  private previewStatus(from: string): Schemas['RulePreview'] {
    const over = this.polls <= 0;
    const to = new Date().toISOString();
    return {
      id: `preview:${from}`,
      state: over ? 'completed' : 'active',
      progress: { done: over ? 4210 : 1200, total: 4210 },
      error: null,
      tries: 1,
      created_at: to,
      finished_at: over ? to : null,
      from,
      to,
      result: over ? report(from, to) : null,
    };
  }
}

function report(from: string, to: string): Schemas['PreviewReport'] {
  const days: Schemas['PreviewDay'][] = [];
  for (let at = Date.parse(from); at < Date.parse(to); at += DAY) {
    const count = (Math.floor(at / DAY) * 7) % 11;
    if (count > 0) days.push({ date: new Date(at).toISOString().slice(0, 10), count });
  }
  const findings = days.reduce((sum, { count }) => sum + count, 0);
  const present = days.map(({ date, count }) => ({ date, count: Math.ceil(count / 3) }));
  return {
    findings,
    days,
    rules: [],
    yaml: '',
    by_severity: { critical: findings },
    top: [
      { name: 'alice', count: Math.ceil(findings / 2) },
      { name: 'svc-deploy', count: Math.floor(findings / 2) },
    ],
    samples: [0, 1, 2].map((n) => ({
      severity: 'critical',
      description: `alice made the bucket backups-${n} in eu-central-1 public`,
      user: 'alice',
      group: {},
      first_seen: new Date(Date.parse(to) - (n + 1) * 3_600_000).toISOString(),
      last_seen: new Date(Date.parse(to) - (n + 1) * 3_600_000).toISOString(),
      event_count: 1,
      event_uids: [],
      reasons: [],
    })),
    present: { findings: present.reduce((sum, { count }) => sum + count, 0), days: present },
    problems: [],
    warnings: ['Windows begin empty at the start of the range, so its first episodes may be missing.'],
    events: 4210,
    elapsed_ms: 180,
    from,
    to,
    cut: null,
  };
}

function refused(code: Schemas['RulesRefused']['code'], detail: string, problems: Problem[]): Answer {
  return {
    status: 422,
    body: { ...fixtureProblem(422, code, detail), code, problems } satisfies Schemas['RulesRefused'],
  };
}
