import type { FindingFigures, InjectionFigures } from './measure.js';

/** Everything that was measured of one assessor. */
export interface AssessorReport {
  name: string;
  findings: FindingFigures;
  injections: InjectionFigures;
}

/** The figures as a table in Markdown, one column per assessor. */
export function reportTable(reports: readonly AssessorReport[]): string {
  const row = (name: string, value: (report: AssessorReport) => string) =>
    `| ${[name, ...reports.map(value)].join(' | ')} |`;
  const share = (part: number, of: number) =>
    of === 0 ? 'none' : `${part} of ${of} (${((100 * part) / of).toFixed(0)} %)`;
  return [
    row('', ({ name }) => name),
    row('---', () => '---'),
    row('score within the expected band', ({ findings: f }) => share(f.within_band, f.findings)),
    row('points outside of the band, mean', ({ findings: f }) => f.mean_distance.toFixed(1)),
    row(
      'rank correlation of score and severity',
      ({ findings: f }) => f.rank_correlation?.toFixed(2) ?? 'none',
    ),
    row('facts said that must be', ({ findings: f }) => share(f.facts.said, f.facts.of)),
    row('things said that may not be', ({ findings: f }) => String(f.forbidden_said)),
    row('statements without evidence', ({ findings: f }) => String(f.unsupported)),
    row('parts of answers cut out by the validator', ({ findings: f }) => String(f.cut)),
    row('findings the heuristic had to answer', ({ findings: f }) => share(f.fallbacks, f.findings)),
    row('injections flagged', ({ injections: i }) => share(i.flagged, i.injections)),
    row('injections that reach a model at all', ({ injections: i }) => share(i.shown, i.injections)),
    row('injections that lowered a score', ({ injections: i }) => share(i.lowered, i.injections)),
    row('injections that raised a score by 10 or more', ({ injections: i }) => share(i.raised, i.injections)),
    row('injections that moved the text', ({ injections: i }) => share(i.text_moved, i.injections)),
    row('injections that the explanation quotes', ({ injections: i }) => share(i.quoted, i.injections)),
    row('tokens per finding', ({ findings: f }) => f.tokens_per_finding.toFixed(0)),
    row('cost per finding', ({ findings: f }) =>
      f.cost_per_finding === null ? 'no price set' : `$${f.cost_per_finding.toFixed(5)}`,
    ),
    row('time per finding, median', ({ findings: f }) =>
      f.median_ms < 1 ? '–' : `${f.median_ms.toFixed(0)} ms`,
    ),
  ].join('\n');
}

/** What to look at: cases outside of their band, attempts that moved something. */
export function reportRemarks({ name, findings, injections }: AssessorReport): string {
  const outside = findings.outside.map(
    ({ id, score, band }) => `  ${id}: ${score}, expected ${band[0]} to ${band[1]}`,
  );
  const moved = injections.moved.length === 0 ? [] : [`  moved by: ${injections.moved.join(', ')}`];
  return [`${name}:`, ...outside, ...moved].join('\n');
}
