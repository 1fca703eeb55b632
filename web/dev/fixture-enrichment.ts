import type { components } from '../src/lib/api/schema';
import type { FixtureFinding } from './fixture-data.ts';

type Schemas = components['schemas'];
type Run = Schemas['Enrichment'];
type Item = Schemas['EnrichmentItem'];

/** Whether the fixture API has a model that answers. */
export type Writer = 'heuristic' | 'model';

const BASE = { low: 20, medium: 50, high: 80, critical: 95 } as const;

/** Puts score and explanation into a finding, as the heuristic or as a model would. */
export function enrichFixture(finding: FixtureFinding, writer: Writer): void {
  const rule_score = BASE[finding.severity];
  const uids = finding.events.map(({ uid }) => uid);
  const hostile = finding.user.includes('<img');
  // A model that finds less in every fourth finding, and more in every fifth.
  const model_score =
    writer === 'heuristic'
      ? null
      : finding.id % 4 === 0
        ? rule_score - 18
        : finding.id % 5 === 0
          ? Math.min(100, rule_score + 17)
          : rule_score;
  const risk_score = Math.max(rule_score, model_score ?? 0);
  const summary = `${finding.user} set off ${finding.rule_name} with ${finding.event_count} event(s).`;
  Object.assign(finding, {
    risk_score,
    rule_score,
    model_score,
    disagreement:
      model_score === null || Math.abs(model_score - rule_score) < 15
        ? null
        : model_score > rule_score
          ? 'model_higher'
          : 'model_lower',
    injection_suspected: hostile,
    ai_explanation: summary,
    enrichment_source: writer,
    enrichment_model: writer === 'model' ? 'small-model' : null,
    enriched_at: new Date().toISOString(),
    enrichment: {
      confidence: writer === 'model' ? 'medium' : null,
      details: {
        summary,
        what_happened: [
          {
            text: `The events are ${finding.events[0]?.event_type}.`,
            evidence: [{ event_uids: uids, field: 'event_type' }],
          },
        ],
        why_it_matters: [
          {
            text: `The rule rates this ${finding.severity}.`,
            evidence: [{ event_uids: [], field: 'severity' }],
          },
        ],
        check_next: [
          { text: 'Ask whether it was them.', evidence: [] },
          { text: 'Look at the hour before.', evidence: [] },
        ],
        harmless_if: writer === 'model' ? [{ text: 'It was announced beforehand.', evidence: [] }] : [],
        controls: finding.controls,
      },
      prompt_version: writer === 'model' ? '2026-11.1' : null,
      cached: writer === 'model' && finding.id % 2 === 0,
      input_tokens: writer === 'model' ? (finding.id % 2 === 0 ? 0 : 1_420) : null,
      output_tokens: writer === 'model' ? (finding.id % 2 === 0 ? 0 : 310) : null,
      cost_usd: writer === 'model' ? (finding.id % 2 === 0 ? 0 : 0.0012) : null,
      injections: hostile ? [{ event_uid: uids[0] ?? '', field: 'user' }] : [],
      fallback: null,
      outdated: false,
    },
  } satisfies Partial<FixtureFinding>);
}

/** What was sent about a finding and what came back. */
export function fixtureExchanges(finding: FixtureFinding): Schemas['FindingExchanges'] {
  if (finding.enrichment_source !== 'model') {
    return { exchanges: [], cached: false, placeholders: null, prompt: null };
  }
  return {
    cached: finding.enrichment?.cached ?? false,
    placeholders: { USER_1: finding.user, EVENT_COUNT: String(finding.event_count) },
    prompt: { version: '2026-11.1', system: 'You assess findings.', answer_schema: { type: 'object' } },
    exchanges: [
      {
        id: 1,
        asked_at: finding.enriched_at ?? finding.created_at,
        endpoint: 'http://localhost:11434/v1',
        model: 'small-model',
        answered_by: 'small-model-2026',
        prompt_version: '2026-11.1',
        sent: [{ role: 'user', content: 'BEGIN DATA 00ff\n{"rule":{"user":"USER_1"}}\nEND DATA 00ff' }],
        received: '{"score":80}',
        outcome: 'valid',
        problems: ['what_happened[1]: names a link (https://x)'],
        input_tokens: 1_420,
        output_tokens: 310,
        cost_usd: 0.0012,
        duration_ms: 812,
      },
    ],
  };
}

/** Bulk enrichments of the fixture API: a finding every 40 ms. */
export class FixtureRuns {
  private readonly runs = new Map<
    string,
    { run: Run; left: number[]; items: Item[]; ticked: number; fails: number | undefined }
  >();

  constructor(private readonly enrich: (id: number) => Item['state']) {}

  clear(): void {
    this.runs.clear();
  }

  start(findingIds: readonly number[]): Run {
    const now = new Date().toISOString();
    const run: Run = {
      id: `bulk-${this.runs.size + 1}`,
      state: 'active',
      progress: { done: 0, total: findingIds.length },
      tally: {
        pending: findingIds.length,
        queued: 0,
        model: 0,
        cache: 0,
        heuristic: 0,
        missing: 0,
        failed: 0,
        cancelled: 0,
      },
      error: null,
      created_at: now,
      started_at: now,
      finished_at: null,
    };
    // One fails, the first time.
    this.runs.set(run.id, {
      run,
      left: [...findingIds],
      items: [],
      ticked: Date.now(),
      fails: findingIds.at(-2),
    });
    return run;
  }

  /** The run as it is by now; undefined when there is none. */
  status(id: string): Run | undefined {
    const entry = this.runs.get(id);
    if (entry === undefined) return undefined;
    const { run, left, items } = entry;
    const due = Math.floor((Date.now() - entry.ticked) / 40);
    entry.ticked += due * 40;
    if (run.state === 'active') {
      for (const finding_id of left.splice(0, due)) {
        const state = finding_id === entry.fails ? 'failed' : this.enrich(finding_id);
        const reason = state === 'failed' ? 'The database refused it.' : null;
        items.unshift({
          finding_id,
          state,
          code: reason && 'TEST.NO',
          reason,
          updated_at: new Date().toISOString(),
        });
        run.tally[state] += 1;
      }
      if (left.length === 0) run.state = 'completed';
    }
    run.tally.pending = left.length;
    run.progress = { done: items.length, total: items.length + left.length };
    if (run.state === 'completed') run.finished_at ??= new Date().toISOString();
    return { ...run, tally: { ...run.tally } };
  }

  /** Lets the findings that are left take no time. */
  finish(id: string): void {
    const entry = this.runs.get(id);
    if (entry) entry.ticked = 0;
  }

  items(id: string, state: string | null): Item[] {
    return this.runs.get(id)?.items.filter((item) => state === null || item.state === state) ?? [];
  }

  control(id: string, action: string): Run | undefined {
    const entry = this.runs.get(id);
    if (entry === undefined || this.status(id) === undefined) return undefined;
    const { run, items, left } = entry;
    if (action === 'pause') run.state = 'paused';
    if (action === 'resume') run.state = 'active';
    if (action === 'cancel') run.state = 'cancelled';
    if (action === 'retry') {
      const failed = items.filter(({ state }) => state === 'failed').map(({ finding_id }) => finding_id);
      entry.items = items.filter(({ state }) => state !== 'failed');
      entry.fails = undefined;
      left.push(...failed);
      run.tally.failed = 0;
      run.state = 'active';
      run.finished_at = null;
    }
    entry.ticked = Date.now();
    return this.status(id);
  }
}
