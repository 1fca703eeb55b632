import type { PreviewReport, PreviewRulePayload, PreviewRuleResult } from '@mcm/contracts';
import { AppError, type Clock } from '@mcm/kernel';
import { StoredEvents } from '@mcm/persistence';
import { CLOCK } from '@mcm/platform';
import { type ActiveJob, JOB_QUEUE, type JobQueue, type JobWorker } from '@mcm/queue';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { evaluateStored } from '../replay/stored-evaluation.js';
import { RuleStore } from '../rule-store/rule-store.js';
import { RulesConfig } from '../rules.config.js';
import { PreviewTally } from './preview-tally.js';
import { type Trial, TrialRefused, trialOf } from './previewed-rule.js';

/** Events that are evaluated at once: the event loop is shared with the evaluation of what arrives. */
const PAGE_SIZE = 1000;

/** What the windows of a preview may hold: a fraction of what those of the evaluation may. */
const WINDOW_LIMITS = { maxGroups: 100_000, maxEntries: 1_000_000 };

/** Tries a rule over stored events and says what it would find. Writes nothing. */
@Injectable()
export class PreviewRuleWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private worker: JobWorker | undefined;

  constructor(
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly config: RulesConfig,
    private readonly ruleStore: RuleStore,
    private readonly stored: StoredEvents,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.ruleStore.start();
    this.worker = await this.queue.work('preview-rule', (job) => this.preview(job));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.worker?.close();
  }

  private async preview(job: ActiveJob<'preview-rule'>): Promise<PreviewRuleResult> {
    await this.ruleStore.refresh();
    let trial: Trial;
    try {
      trial = trialOf(job.payload.rule, this.ruleStore.inForce);
    } catch (error) {
      if (error instanceof TrialRefused) return { outcome: 'refused', problems: [...error.problems] };
      if (error instanceof AppError)
        return { outcome: 'impossible', code: error.code, message: error.message };
      throw error;
    }
    return { outcome: 'done', report: await this.evaluate(trial, job) };
  }

  private async evaluate(trial: Trial, job: ActiveJob<'preview-rule'>): Promise<PreviewReport> {
    const started = performance.now();
    const { from, to, max_events }: PreviewRulePayload = job.payload;
    const most = Math.min(max_events ?? Infinity, this.config.previewEvents);
    const inRange = await this.stored.countEvents({ from, to });
    const total = Math.min(most, inRange);
    const lateness = this.config.latenessSeconds * 1000;
    const tally = new PreviewTally(trial.rules, new Set(trial.subjects.map(({ id }) => id)), lateness);
    const present = trial.present && new PreviewTally(trial.present, trial.presentIds, lateness);
    let events = 0;
    let cut: PreviewReport['cut'] = null;
    let warnings: readonly string[] = [];
    await job.progress({ done: 0, total });
    const pages = evaluateStored(this.stored, {
      alternatives: trial.present === null ? [trial.rules] : [trial.rules, trial.present],
      range: { from, to },
      lateness,
      now: this.clock.now(),
      limits: WINDOW_LIMITS,
      pageSize: Math.min(PAGE_SIZE, most),
    });
    for await (const page of pages) {
      job.signal.throwIfAborted();
      tally.add(page.detections[0]!, page.events);
      present?.add(page.detections[1]!, page.events);
      warnings = page.warnings;
      if (page.last === null) continue;
      events += page.count;
      const time = Date.parse(page.last);
      tally.settle(time);
      present?.settle(time);
      await job.progress({ done: Math.min(events, total), total });
      const late = performance.now() - started > this.config.previewSeconds * 1000;
      if (events < inRange && (late || events >= most)) {
        cut = { reason: events >= most ? 'events' : 'time', at: page.last };
        break;
      }
    }
    tally.finish();
    present?.finish();
    return {
      ...tally.result,
      rules: trial.subjects.map(({ id, name, title, kind, level, silent }) => ({
        id,
        name,
        title,
        kind,
        level,
        silent,
      })),
      yaml: trial.yaml,
      by_severity: tally.bySeverity,
      top: tally.top,
      samples: tally.latest,
      present: present?.result ?? null,
      problems: trial.problems,
      warnings: [...warnings],
      events,
      elapsed_ms: Math.round(performance.now() - started),
      from,
      to,
      cut,
    };
  }
}
