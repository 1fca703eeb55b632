import type { PreviewReport, PreviewRuleResult } from '@mcm/contracts';
import { shownProblems } from '@mcm/detection';
import { evaluateStored } from '../replay/stored-evaluation.js';
import { receivedRules } from '../sandbox/received-rules.js';
import type { PreviewInput, SandboxHost } from '../sandbox/sandbox-messages.js';
import { PreviewTally } from './preview-tally.js';
import { type Trial, TrialRefused, trialOf } from './previewed-rule.js';

/** Events that are evaluated together. */
const PAGE_SIZE = 1000;

/** What the windows of a preview may hold: a fraction of what those of the evaluation may. */
const WINDOW_LIMITS = { maxGroups: 100_000, maxEntries: 1_000_000 };

/** Most warnings about the evaluation that the report names. */
const WARNINGS_SHOWN = 20;

/** Tries a rule over stored events and says what it would find. Writes nothing. */
export async function previewRule(input: PreviewInput, host: SandboxHost): Promise<PreviewRuleResult> {
  let trial: Trial;
  try {
    trial = trialOf(input.rule, receivedRules(input.rules));
  } catch (error) {
    if (error instanceof TrialRefused) return { outcome: 'refused', problems: shownProblems(error.problems) };
    throw error;
  }
  return { outcome: 'done', report: await evaluate(trial, input, host) };
}

async function evaluate(trial: Trial, input: PreviewInput, host: SandboxHost): Promise<PreviewReport> {
  const started = performance.now();
  const { from, to, max_events: most = Infinity, lateness } = input;
  const inRange = await host.countEvents({ from, to });
  const total = Math.min(most, inRange);
  const tally = new PreviewTally(trial.rules, new Set(trial.subjects.map(({ id }) => id)), lateness);
  const present = trial.present && new PreviewTally(trial.present, trial.presentIds, lateness);
  let events = 0;
  let cut: PreviewReport['cut'] = null;
  let warnings: readonly string[] = [];
  await host.progress({ done: 0, total });
  const pages = evaluateStored(host, {
    alternatives: trial.present === null ? [trial.rules] : [trial.rules, trial.present],
    range: { from, to },
    lateness,
    now: input.now,
    limits: WINDOW_LIMITS,
    pageSize: Math.min(PAGE_SIZE, most),
  });
  for await (const page of pages) {
    tally.add(page.detections[0]!, page.events);
    present?.add(page.detections[1]!, page.events);
    warnings = page.warnings;
    if (page.last === null) continue;
    events += page.count;
    const time = Date.parse(page.last);
    tally.settle(time);
    present?.settle(time);
    await host.progress({ done: Math.min(events, total), total });
    const late = performance.now() - started > input.seconds * 1000;
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
    problems: shownProblems(trial.problems),
    warnings: warnings.slice(0, WARNINGS_SHOWN),
    events,
    elapsed_ms: Math.round(performance.now() - started),
    from,
    to,
    cut,
  };
}
