import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  makeFixtureData,
  makeNextFinding,
  type FixtureData,
  type FixtureEvent,
  type FixtureFinding,
} from './fixture-data.ts';
import { searchEvents } from './fixture-events.ts';
import { FixtureAccess, type FixtureCaller } from './fixture-access.ts';
import { fixtureProblem } from './fixture-problem.ts';
import { FixtureRules } from './fixture-rules.ts';
import { FixtureStorage } from './fixture-storage.ts';
import { enrichFixture, fixtureExchanges, FixtureRuns, type Writer } from './fixture-enrichment.ts';
import type { components } from '../src/lib/api/schema';

type Schemas = components['schemas'];

type LiveMessages = components['schemas']['LiveMessages'];

/**
 * How the fixture API behaves: `full` answers from a few hundred made-up events, `empty` has none, `quiet` has events
 * but no findings, `failing` answers every call with a problem, `silent` never answers, `stuck` is `full` of a system
 * that cannot do all of its work.
 */
export type Scenario = 'full' | 'empty' | 'quiet' | 'failing' | 'silent' | 'stuck';

/**
 * An API in the shape of the real one, with made-up data in memory. It exists to look at the pages in every state and
 * to test them one by one; what the product does is tested on the real system.
 */
export function createFixtureApi(initial: Scenario = 'full') {
  let scenario = initial;
  let data: FixtureData = makeFixtureData(Date.now());
  const streams = new Set<ServerResponse>();
  let writer: Writer = 'heuristic';
  let ratings: Schemas['Rating'][] = [];
  const runs = new FixtureRuns((id) => {
    const finding = data.findings.find((candidate) => candidate.id === id);
    if (!finding) return 'missing';
    enrich(finding);
    return writer === 'heuristic' ? 'heuristic' : finding.enrichment?.cached ? 'cache' : 'model';
  });
  const rules = new FixtureRules();
  const access = new FixtureAccess();
  const storage = new FixtureStorage();
  let refuseStreams = false;

  const shown = (): FixtureData => {
    if (scenario === 'empty') return { events: [], findings: [] };
    return scenario === 'quiet' ? { events: data.events, findings: [] } : data;
  };

  function send<Name extends keyof LiveMessages>(name: Name, message: LiveMessages[Name]): void {
    for (const stream of streams) stream.write(`event: ${name}\ndata: ${JSON.stringify(message)}\n\n`);
  }

  function answer(
    response: ServerResponse,
    status: number,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    const type = status >= 400 ? 'application/problem+json' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(JSON.stringify(body));
  }

  function refuse(response: ServerResponse, status: 400 | 404 | 503, code: string, detail: string): void {
    answer(response, status, fixtureProblem(status, code, detail));
  }

  function answerReadiness(response: ServerResponse): void {
    if (scenario === 'failing') {
      const down: Schemas['Readiness'] = {
        status: 'down',
        parts: { database: { status: 'down', detail: 'The database does not answer.' } },
      };
      return answer(response, 503, down);
    }
    if (scenario !== 'stuck') {
      const ready: Schemas['Readiness'] = { status: 'ok', parts: { database: { status: 'up' } } };
      return answer(response, 200, ready);
    }
    const disk =
      'The disk with .data/postgres has 812 MB of 252.3 GB left, less than the reserve of 1.0 GB (DATA_DISK_RESERVE). ' +
      'Events are taken again when there is room; reading goes on.';
    const waiting = '1270 messages wait for evaluate-events, and they have not become fewer for 130 s';
    const stuck: Schemas['Readiness'] = {
      status: 'down',
      parts: {
        database: { status: 'up' },
        consumers: { status: 'degraded', detail: waiting },
        disk: { status: 'down', detail: disk },
      },
    };
    answer(response, 503, stuck);
  }

  function enrich(finding: FixtureFinding): FixtureFinding {
    enrichFixture(finding, writer);
    send('enriched', { id: finding.id, risk_score: finding.risk_score ?? 0 });
    return finding;
  }

  function openStream(request: IncomingMessage, response: ServerResponse): void {
    if (!access.signedIn) return answerAccess(request, response, '/stream');
    if (refuseStreams) {
      refuse(response, 503, 'LIVE.STOPPING', 'The gateway is stopping.');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': hello\n\n');
    streams.add(response);
    request.on('close', () => streams.delete(response));
  }

  function handle(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://fixture');
    const path = url.pathname.replace(/\/$/, '');
    const query = url.searchParams;
    if (path === '/stream') return openStream(request, response);
    // Who asks is known before anything is read.
    if (path === '/auth' || path === '/me' || path.startsWith('/auth/'))
      return answerAccess(request, response, path);
    if (scenario === 'silent') return;
    if (path === '/health/ready') return answerReadiness(response);
    if (scenario === 'failing') {
      return refuse(response, 503, 'PERSISTENCE.UNAVAILABLE', 'The database does not answer.');
    }
    const [, kind = '', id = '', action, further] = path.split('/');
    if (!access.signedIn || ['me', 'people', 'keys', 'sessions'].includes(kind))
      return answerAccess(request, response, path);
    if (kind === 'audit') {
      const given = access.audit.handle(id || undefined, query);
      if (given) return answer(response, given.status, given.body);
    }
    if (kind === 'storage' || kind === 'settings') return answerStorage(request, response, path);
    const { events, findings } = shown();
    if (path === '/stats/summary') return answer(response, 200, summarise(events, findings));
    if (path === '/findings') return answer(response, 200, listFindings(findings, query));
    if (path === '/events') {
      const found = searchEvents(events, query);
      if ('fault' in found) return refuse(response, 400, 'SEARCH.INVALID_QUERY', found.fault);
      return answer(response, 200, found.items, found.headers);
    }
    if (path === '/ai/status') return answer(response, 200, aiStatus());
    if (path === '/enrichments' && request.method === 'POST') {
      const missing = findings.filter(({ risk_score }) => risk_score === null).slice(0, 60);
      if (query.get('dry_run') === 'true') return answer(response, 200, estimate(missing.length));
      return answer(response, 202, runs.start(missing.map((finding) => finding.id)));
    }
    if (path === '/rules' || path.startsWith('/rules/')) return answerRules(request, response, path, query);
    if (kind === 'enrichments') {
      const run = request.method === 'POST' ? runs.control(id, action ?? '') : runs.status(id);
      if (!run) return refuse(response, 404, 'ENRICHMENTS.NOT_FOUND', `There is no enrichment ${id}.`);
      return answer(response, 200, action === 'items' ? runs.items(id, query.get('state')) : run);
    }
    if (kind === 'findings') {
      const finding = findings.find((candidate) => String(candidate.id) === id);
      if (!finding) return refuse(response, 404, 'FINDINGS.NOT_FOUND', `There is no finding ${id}.`);
      if (action === 'enrich_with_ai') {
        setTimeout(() => answer(response, 200, row(enrich(finding))), 400);
        return;
      }
      if (further === 'ratings') return rate(request, response, finding);
      if (action === 'enrichment') return answer(response, 200, fixtureExchanges(finding));
      return answer(response, 200, finding);
    }
    if (kind === 'events') {
      const event = events.find((candidate) => String(candidate.id) === id);
      if (event) return answer(response, 200, event);
      return refuse(response, 404, 'EVENTS.NOT_FOUND', `There is no event ${id}.`);
    }
    refuse(response, 404, 'HTTP.404', `Cannot ${request.method} ${path}`);
  }

  function rate(request: IncomingMessage, response: ServerResponse, finding: FixtureFinding): void {
    if (request.method !== 'POST') {
      return answer(
        response,
        200,
        ratings.filter(({ finding_id }) => finding_id === finding.id),
      );
    }
    readBody(request, (text) => {
      const sent = JSON.parse(text) as Schemas['RatingRequest'];
      const rating: Schemas['Rating'] = {
        id: ratings.length + 1,
        finding_id: finding.id,
        verdict: sent.verdict,
        comment: sent.comment ?? null,
        expected_score: sent.expected_score ?? null,
        enrichment: {},
        created_at: new Date().toISOString(),
      };
      ratings = [rating, ...ratings];
      answer(response, 201, rating);
    });
  }

  function answerStorage(request: IncomingMessage, response: ServerResponse, path: string): void {
    readBody(request, (text) => {
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      const given = storage.handle(request.method ?? 'GET', path.split('/').slice(1), body, {
        empty: scenario === 'empty',
        filling: scenario === 'stuck',
      });
      if (given) answer(response, given.status, given.body);
      else refuse(response, 404, 'HTTP.404', `Cannot ${request.method} ${path}`);
    });
  }

  function answerRules(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): void {
    readBody(request, (text) => {
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      const given = rules.handle(request.method ?? 'GET', path.split('/').slice(2), query, body);
      if (request.method === 'PATCH' && given?.status === 200)
        send('rules', { what: 'overrides', revision: 1 });
      if (given) return answer(response, given.status, given.body);
      refuse(response, 404, 'RULES.NOT_FOUND', `There is no rule at ${path}.`);
    });
  }

  function answerAccess(request: IncomingMessage, response: ServerResponse, path: string): void {
    readBody(request, (text) => {
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      const given = access.handle(request.method ?? 'GET', path, body);
      if (given === undefined) return refuse(response, 404, 'HTTP.404', `Cannot ${request.method} ${path}`);
      if (given.body === undefined) response.writeHead(given.status).end();
      else answer(response, given.status, given.body);
    });
  }

  function aiStatus(): Schemas['AiStatus'] {
    const off = writer === 'heuristic';
    return {
      state: off ? 'off' : 'on',
      reason: off ? 'No model is configured.' : null,
      until: null,
      model: off ? null : 'small-model',
      endpoint: off ? null : 'http://localhost:11434/v1',
      prompt_version: off ? null : '2026-11.1',
      auto_enrich: 'off',
      pseudonymise: true,
      budget: null,
    };
  }

  function estimate(findings: number): Schemas['EnrichmentEstimate'] {
    const off = writer === 'heuristic';
    return {
      findings,
      heuristic: off ? findings : 0,
      cached: off ? 0 : Math.floor(findings / 2),
      requests: off ? 0 : Math.ceil(findings / 2),
      input_tokens: off ? 0 : 42_600,
      output_tokens: off ? 0 : 9_300,
      cost_usd: off ? null : 0.04,
      sampled: findings,
      model: off ? null : 'small-model',
      budget_left_tokens: off ? null : 1_900_000,
    };
  }

  return {
    handle,
    /** Changes how the API behaves from now on, and to whom; `full` starts with fresh data. */
    play(next: Scenario, caller: FixtureCaller = 'operator'): void {
      scenario = next;
      refuseStreams = false;
      access.be(caller);
      if (next === 'empty') {
        access.settings.empty();
        access.audit.empty();
      }
      data = makeFixtureData(Date.now());
      writer = 'heuristic';
      ratings = [];
      runs.clear();
      storage.clear();
      rules.clear(next === 'empty');
    },
    /** Who is signed in. */
    access,
    /** The rules, to be broken or changed behind the back of the page. */
    rules,
    /** Has a model from now on, until the next `play`. */
    useModel(): void {
      writer = 'model';
    },
    /** Tells the streams how far a run is. */
    emitProgress(id: string): void {
      const run = runs.status(id);
      if (run)
        send('enrichment', { id, state: run.state, total: run.progress?.total ?? null, tally: run.tally });
    },
    /** Ends a run that is active, and tells the streams. */
    finishRun(id: string): void {
      runs.finish(id);
      this.emitProgress(id);
    },
    /** Raises one more finding and tells the streams about it. */
    raise(kind: number, user: string): FixtureFinding {
      const finding = makeNextFinding(data, kind, user, Date.now());
      send('events', { stored: finding.event_count, sample: [] });
      send('finding', liveMessage(finding));
      return finding;
    },
    /** Lets the newest finding of a rule grow by one event and tells the streams about it. */
    grow(finding: FixtureFinding): void {
      finding.event_count += 1;
      finding.revision += 1;
      send('finding', liveMessage(finding));
    },
    /** Cuts all streams; with `refuse`, new ones get a problem until the next `play`. */
    cutStreams(refusing: boolean): void {
      refuseStreams = refusing;
      for (const stream of streams) stream.end();
      streams.clear();
    },
    /** Lets streams be opened again. */
    allowStreams(): void {
      refuseStreams = false;
    },
    /** Streams that are open. */
    get listeners(): number {
      return streams.size;
    },
  };
}

function readBody(request: IncomingMessage, then: (text: string) => void): void {
  let text = '';
  request.on('data', (chunk) => (text += String(chunk)));
  request.on('end', () => then(text));
}

function liveMessage(finding: FixtureFinding): LiveMessages['finding'] {
  const { id, rule_id, rule_name, severity, user, event_count, revision } = finding;
  return {
    id,
    rule_id,
    rule_name,
    severity,
    user,
    event_count,
    revision,
    event_received_at: finding.updated_at,
  };
}

function row(finding: FixtureFinding): Schemas['Finding'] {
  const {
    rule_version: _version,
    rule_hash: _rule,
    event_uids: _uids,
    reasons: _reasons,
    controls: _controls,
    group_key: _group,
    enrichment_model: _model,
    enriched_at: _at,
    enrichment: _enrichment,
    events: _events,
    ...listed
  } = finding;
  return listed;
}

function summarise(
  events: readonly FixtureEvent[],
  findings: readonly FixtureFinding[],
): Schemas['StatsSummary'] {
  const days = new Map<string, number>();
  for (const { timestamp } of events) {
    const day = timestamp.slice(0, 10);
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  const of = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  return {
    total_events: events.length,
    total_findings: findings.length,
    findings_by_severity: {
      low: of('low'),
      medium: of('medium'),
      high: of('high'),
      critical: of('critical'),
    },
    events_over_time: [...days]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([date, count]) => ({ date, count })),
  };
}

function listFindings(findings: readonly FixtureFinding[], query: URLSearchParams): Schemas['FindingPage'] {
  const page = Number(query.get('page') ?? 1);
  const size = Number(query.get('page_size') ?? 20);
  const severities = query.getAll('severity');
  const [user, rule] = [query.get('user'), query.get('rule_name')];
  const [from, to] = [query.get('from_date'), query.get('to_date')];
  const matching = findings.filter((finding) => {
    const day = finding.created_at.slice(0, 10);
    return (
      (severities.length === 0 || severities.includes(finding.severity)) &&
      (user === null || finding.user === user) &&
      (rule === null || finding.rule_name === rule) &&
      (from === null || day >= from) &&
      (to === null || day <= to)
    );
  });
  const items = matching.slice((page - 1) * size, page * size).map(row);
  return { items, total: matching.length, page, page_size: size };
}
