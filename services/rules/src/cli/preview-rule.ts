import { readFile } from 'node:fs/promises';
import type { PreviewReport } from '@mcm/contracts';
import { AppError, messageOf } from '@mcm/kernel';
import { type ApiClient, ApiRefusal } from './api-client.js';
import { problemText } from '../rule-store/problem-text.js';
import { type JobAnswer, type Terminal, watchJob } from './watched-job.js';

const WIDTH = 40;
const SAMPLES = 5;

/**
 * `rules preview FILE`: tries the rules of a file over the stored events of the running system. Returns the exit code: 1
 * when the file has errors, 130 when it was cancelled.
 */
export async function previewRule(
  api: ApiClient,
  path: string,
  range: { from?: string; to?: string },
  terminal: Terminal,
): Promise<number> {
  let yaml: string;
  try {
    yaml = await readFile(path, 'utf8');
  } catch (error) {
    throw new AppError('invalid', 'RULES.UNREADABLE', `${path} cannot be read: ${messageOf(error)}`);
  }
  let status: JobAnswer<PreviewReport> | null;
  try {
    const started = await api.call<JobAnswer<PreviewReport>>('POST', 'rules/preview', { yaml, ...range });
    status = await watchJob(api, `rules/previews/${encodeURIComponent(started.id)}`, started, terminal);
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.problems.length === 0) throw error;
    for (const problem of error.problems) terminal.print(problemText({ ...problem, path }));
    return 1;
  }
  if (status === null) {
    terminal.print('Cancelled.');
    return 130;
  }
  if (status.result === null) {
    terminal.print(`The preview failed: ${status.error ?? status.state}`);
    return 1;
  }
  for (const line of reportLines(status.result, path)) terminal.print(line);
  return 0;
}

/** The result as people read it. */
export function reportLines(report: PreviewReport, path: string): string[] {
  const { findings, events, present, days, top, samples, cut, from, to, elapsed_ms } = report;
  const names = report.rules.map(({ name }) => name).join(', ');
  const lines = [
    ...report.problems.map((problem) => problemText({ ...problem, path })),
    ...report.warnings,
    `${names}: ${findings} findings in ${events} events from ${from} to ${to} (${(elapsed_ms / 1000).toFixed(1)} s)`,
  ];
  if (present !== null) lines.push(`As it is in force: ${present.findings} findings`);
  if (cut !== null) {
    const limit = cut.reason === 'events' ? 'RULES_PREVIEW_EVENTS' : 'RULES_PREVIEW_SECONDS';
    lines.push(`Stopped at ${cut.at}: the limit ${limit} was reached.`);
  }
  if (days.length > 0) lines.push('', ...dayLines(days));
  if (top.length > 0) lines.push('', 'Most for:', ...top.map(({ name, count }) => `${pad(count)}  ${name}`));
  if (samples.length > 0) {
    lines.push('', 'Latest:');
    for (const { first_seen, severity, description } of samples.slice(0, SAMPLES)) {
      lines.push(`  ${first_seen}  ${severity.padEnd(8)}  ${description}`);
    }
  }
  return lines;
}

function dayLines(days: PreviewReport['days']): string[] {
  const most = Math.max(...days.map(({ count }) => count));
  return days.map(({ date, count }) => {
    const bar = '#'.repeat(Math.max(1, Math.round((WIDTH * count) / most)));
    return `${date} ${pad(count)}  ${bar}`;
  });
}

const pad = (count: number) => String(count).padStart(7);
