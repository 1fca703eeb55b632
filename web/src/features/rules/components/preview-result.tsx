import type { ReactNode } from 'react';
import { Moment } from '@/components/moment';
import { SeverityBadge } from '@/components/severity';
import { Untrusted, UntrustedProse } from '@/components/untrusted';
import type { TextProblem } from '@/lib/api/problem';
import { countOf, formatCount } from '@/lib/numbers';
import { SEVERITIES } from '@/lib/severity';
import { formatAbsolute } from '@/lib/time';
import type { PreviewReport } from '../api/preview-rule';
import { comparedDays } from '../compared-days';
import { PreviewDays } from './preview-days';
import { TextProblems } from './text-problems';

/** What a text finds in stored events, beside what the rule in force finds in them. */
export function PreviewResult({
  report,
  onGo,
}: {
  report: PreviewReport;
  /** Leads to a place in the text. */
  onGo: (problem: TextProblem) => void;
}) {
  const {
    findings,
    events,
    present,
    by_severity: bySeverity,
    cut,
    warnings,
    problems,
    top,
    samples,
  } = report;
  return (
    <section aria-label="Result of the preview" className="border-t pt-3.5">
      <p role="status" className="text-pretty">
        <span className="text-base font-semibold tabular-nums">{countOf(findings, 'finding')}</span> in{' '}
        {countOf(events, 'event')}
        {present ? `; the rule in force: ${formatCount(present.findings)}` : '; it is not in force yet'}.
      </p>
      {(cut !== null || warnings.length > 0) && (
        <ul className="mt-2 list-disc space-y-1 pl-4 text-[0.8125rem] text-high">
          {cut && (
            <li>
              Stopped at {formatAbsolute(Date.parse(cut.at))}: the limit of{' '}
              {cut.reason === 'events' ? 'events (RULES_PREVIEW_EVENTS)' : 'time (RULES_PREVIEW_SECONDS)'} was
              reached.
            </li>
          )}
          {warnings.map((warning) => (
            <li key={warning} className="wrap-anywhere">
              <UntrustedProse>{warning}</UntrustedProse>
            </li>
          ))}
        </ul>
      )}
      {problems.length > 0 && (
        <Part title="Warnings about the text">
          <TextProblems label="Warnings about the text" problems={problems} onGo={onGo} />
        </Part>
      )}
      <Part title="Findings per day (UTC)">
        <PreviewDays days={comparedDays(report)} />
      </Part>
      {findings > 0 && (
        <div className="grid gap-x-8 sm:grid-cols-2">
          <Part title="By severity">
            <ul className="space-y-1.5">
              {SEVERITIES.filter((severity) => bySeverity[severity]).map((severity) => (
                <li key={severity} className="flex items-center justify-between gap-3">
                  <SeverityBadge severity={severity} />
                  <span className="tabular-nums">{formatCount(bySeverity[severity] ?? 0)}</span>
                </li>
              ))}
            </ul>
          </Part>
          <Part title="Most for">
            <ul className="space-y-1.5">
              {top.map(({ name, count }) => (
                <li key={name} className="flex items-baseline justify-between gap-3">
                  <Untrusted className="min-w-0 wrap-anywhere">{name}</Untrusted>
                  <span className="tabular-nums">{formatCount(count)}</span>
                </li>
              ))}
            </ul>
          </Part>
        </div>
      )}
      {samples.length > 0 && (
        <Part title="The latest">
          <ul aria-label="Latest findings of the preview" className="divide-y rounded-lg border">
            {samples.map((sample, index) => (
              <li key={index} className="px-3 py-2.5">
                <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
                  <SeverityBadge severity={sample.severity} />
                  <span className="text-xs text-muted-foreground tabular-nums">
                    {countOf(sample.event_count, 'event')}, last <Moment exact iso={sample.last_seen} />
                  </span>
                </div>
                <p className="mt-1 text-[0.8125rem] text-pretty wrap-anywhere">
                  <UntrustedProse>{sample.description}</UntrustedProse>
                </p>
              </li>
            ))}
          </ul>
        </Part>
      )}
    </section>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mt-4 min-w-0">
      <h3 className="mb-2 text-[0.8125rem] font-semibold">{title}</h3>
      {children}
    </div>
  );
}
