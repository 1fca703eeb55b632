import { createParser, parseAsNativeArrayOf, parseAsStringLiteral } from 'nuqs/server';
import { listAddress, parseAsText } from '@/components/list/list-address';
import type { ViewOf } from '@/lib/address';
import { SEVERITIES } from '@/lib/severity';
import { isDay, utcDay } from '@/lib/time';
import type { FindingsFilter } from './api/get-findings';

/** Spans that are relative to today, so that a link with one stays about "the last 7 days". */
export const SPANS = { today: 1, '7d': 7, '30d': 30 } as const;
/** The name of such a span. */
export type Span = keyof typeof SPANS;

const parseAsDay = createParser({ parse: (text) => (isDay(text) ? text : null), serialize: String });
const parseAsSpan = parseAsStringLiteral(Object.keys(SPANS) as Span[]);

/** The address of the list of findings. */
export const findingsAddress = listAddress({
  filters: {
    /** Empty means all. */
    severity: parseAsNativeArrayOf(parseAsStringLiteral(SEVERITIES)),
    user: parseAsText,
    /** Name of the rule that raised them. */
    rule: parseAsText,
    /** A relative span, or else the days `from` and `to` (UTC, both included). */
    span: parseAsSpan,
    from: parseAsDay,
    to: parseAsDay,
  },
  pageSizes: [10, 20, 50, 100],
  pageSize: 20,
  openAs: 'finding',
  settle: (view) => {
    if (view.span !== null) return { ...view, from: null, to: null };
    return view.from !== null && view.to !== null && view.to < view.from ? { ...view, to: null } : view;
  },
});

/** What the address of the page says about the list of findings. */
export type FindingsView = ViewOf<typeof findingsAddress>;

/** The filter that the API is asked with. */
export function toFilter(view: FindingsView, now: number): FindingsFilter {
  const { page, page_size, severity, user, rule, span, from, to } = view;
  return {
    page,
    page_size,
    severity: severity.length > 0 ? severity : undefined,
    user: user || undefined,
    rule_name: rule || undefined,
    from_date: span ? utcDay(now, 1 - SPANS[span]) : (from ?? undefined),
    to_date: span ? utcDay(now) : (to ?? undefined),
  };
}

/** Whether a finding that is raised now belongs into the view. */
export function wouldShow(
  view: FindingsView,
  finding: { severity: string; user: string; rule_name: string },
  now: number,
): boolean {
  if (view.severity.length > 0 && !view.severity.some((severity) => severity === finding.severity))
    return false;
  if (view.user && view.user !== finding.user) return false;
  if (view.rule && view.rule !== finding.rule_name) return false;
  const today = utcDay(now);
  const { from_date, to_date } = toFilter(view, now);
  return (!from_date || today >= from_date) && (!to_date || today <= to_date);
}
