import type { PreviewedRule, PreviewReport, PreviewRuleResult } from '@mcm/contracts';
import { AppError, newId } from '@mcm/kernel';
import type { Caller } from '@mcm/platform';
import { JOB_QUEUE, type JobQueue, type JobStatus } from '@mcm/queue';
import { Inject, Injectable } from '@nestjs/common';
import { AcceptedWork } from '../audit/accepted-work.js';
import { jobStatus } from '../jobs/job-outcome.js';
import { refusal, RulesRefused } from '../rules/rules-refused.filter.js';
import type { PreviewReportDto, RulePreviewDto, RulePreviewRequestDto } from './rule-preview.dto.js';

/** How long the first answer waits for the result, in milliseconds. */
const WAIT_MS = 2_000;
/** Most previews that may wait. */
const WAITING_MAX = 20;
/** How far back events are read by default, in milliseconds. */
const DEFAULT_RANGE_MS = 7 * 24 * 3600 * 1000;

/** Has rules tried over stored events, as jobs of the rules service. */
@Injectable()
export class RulePreviewsService {
  constructor(
    @Inject(JOB_QUEUE) private readonly jobs: JobQueue,
    private readonly accepted: AcceptedWork,
  ) {}

  /**
   * Starts trying a rule and waits a moment for the result.
   *
   * @throws RulesRefused when the rule has errors
   * @throws AppError `REQUEST.INVALID`, `RULES.NOT_FOUND`, `RULES.PREVIEWS_BUSY`
   */
  async start(request: RulePreviewRequestDto, caller: Caller): Promise<RulePreviewDto> {
    const rule = previewedRule(request);
    const to = request.to ?? new Date().toISOString();
    const from = request.from ?? new Date(Date.parse(to) - DEFAULT_RANGE_MS).toISOString();
    if (from >= to) throw invalid('from', 'from must be before to');
    const { waiting } = await this.jobs.counts('preview-rule');
    if (waiting >= WAITING_MAX) {
      throw new AppError('unavailable', 'RULES.PREVIEWS_BUSY', `${waiting} previews are waiting already.`, {
        retryAfterSeconds: 10,
      });
    }
    const previewId = `preview-${newId()}`;
    await this.accepted.record({
      origin: caller,
      action: 'rule_preview.started',
      object: { type: 'rule_preview', id: previewId, name: null },
      after: { rule: request.rule ?? null, from, to },
    });
    const id = await this.jobs.enqueue(
      'preview-rule',
      { rule, from, to, ...(request.max_events === undefined ? {} : { max_events: request.max_events }) },
      { id: previewId },
    );
    // The result is in its status, also a failure.
    await this.jobs.waitFor('preview-rule', id, { timeoutMs: WAIT_MS }).catch(() => undefined);
    return this.status(id);
  }

  /**
   * @throws RulesRefused when the rule has errors
   * @throws AppError `RULES.PREVIEW_NOT_FOUND`, or what kept the rule from being tried
   */
  async status(id: string): Promise<RulePreviewDto> {
    const status = await this.jobs.status('preview-rule', id);
    if (status === null) {
      throw new AppError('not-found', 'RULES.PREVIEW_NOT_FOUND', `There is no preview ${id}.`);
    }
    return rulePreview(status);
  }

  /** @throws AppError `RULES.PREVIEW_NOT_FOUND`, or `RULES.PREVIEW_ENDED` when there is nothing left to cancel */
  async cancel(id: string, caller: Caller): Promise<void> {
    if (await this.jobs.cancel('preview-rule', id)) {
      await this.accepted.record({
        origin: caller,
        action: 'rule_preview.cancelled',
        object: { type: 'rule_preview', id, name: null },
      });
      return;
    }
    if ((await this.jobs.status('preview-rule', id)) === null) {
      throw new AppError('not-found', 'RULES.PREVIEW_NOT_FOUND', `There is no preview ${id}.`);
    }
    throw new AppError('conflict', 'RULES.PREVIEW_ENDED', `The preview ${id} has ended already.`);
  }
}

function previewedRule(request: RulePreviewRequestDto): PreviewedRule {
  const { yaml, rule, level, threshold, timespan_seconds } = request;
  if ((yaml === undefined) === (rule === undefined)) throw invalid('yaml', 'give either yaml or rule');
  if (yaml !== undefined) {
    for (const name of ['level', 'threshold', 'timespan_seconds'] as const) {
      if (request[name] !== undefined) throw invalid(name, `${name} goes with rule; write it into the yaml`);
    }
    return { yaml };
  }
  return {
    rule_id: rule!,
    ...(level === undefined ? {} : { level }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(timespan_seconds === undefined ? {} : { timespan_seconds }),
  };
}

function rulePreview(status: JobStatus<'preview-rule'>): RulePreviewDto {
  const { payload, result } = status;
  return {
    ...jobStatus(status),
    from: payload.from,
    to: payload.to,
    result: result === null ? null : reportOf(result),
  };
}

function reportOf(result: PreviewRuleResult): PreviewReportDto {
  switch (result.outcome) {
    case 'done':
      return previewReport(result.report);
    case 'refused':
      throw new RulesRefused('RULES.INVALID', refusal(result.problems), result.problems);
    case 'impossible':
      throw new AppError(
        result.code === 'RULES.NOT_FOUND' ? 'not-found' : 'invalid',
        result.code,
        result.message,
      );
  }
}

function previewReport({ samples, rules, ...report }: PreviewReport): PreviewReportDto {
  return {
    ...report,
    rules: rules.map(({ id, name, title, kind, level }) => ({ id, name, title, kind, level })),
    samples: samples.map(({ severity, reasons, ...sample }) => ({
      ...sample,
      severity: severity as PreviewReportDto['samples'][number]['severity'],
      reasons: [reasons],
    })),
  };
}

function invalid(pointer: string, detail: string): AppError {
  return new AppError('invalid', 'REQUEST.INVALID', detail, { errors: [{ pointer, detail }] });
}
