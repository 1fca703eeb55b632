import { isSeverity, SEVERITIES, type Severity } from '@/lib/severity';
import { isDay, utcDay } from '@/lib/time';
import type { FindingsFilter } from './api/get-findings';

/** Spans that are relative to today, so that a link with one stays about "the last 7 days". */
export const SPANS = { today: 1, '7d': 7, '30d': 30 } as const;
/** The name of such a span. */
export type Span = keyof typeof SPANS;

/** Page sizes on offer. */
export const PAGE_SIZES = [10, 20, 50, 100] as const;
const DEFAULT_PAGE_SIZE = 20;

/** What the address of the page says about the list of findings. */
export interface FindingsView {
  /** Empty means all. */
  severities: readonly Severity[];
  user: string;
  /** Name of the rule that raised them. */
  rule: string;
  /** A relative span, or else the days `from` and `to` (UTC, both included). */
  span?: Span;
  from?: string;
  to?: string;
  page: number;
  pageSize: number;
  /** The finding whose details are open. */
  open?: number;
}

/** Reads the address; what makes no sense there counts as absent. */
export function readFindingsView(params: URLSearchParams): FindingsView {
  const given = new Set(params.getAll('severity').filter(isSeverity));
  const span = params.get('span');
  const relative = span !== null && Object.hasOwn(SPANS, span) ? (span as Span) : undefined;
  const from = day(params.get('from'));
  const to = day(params.get('to'));
  const pageSize = Number(params.get('page_size'));
  return {
    severities: SEVERITIES.filter((severity) => given.has(severity)),
    user: params.get('user') ?? '',
    rule: params.get('rule') ?? '',
    span: relative,
    from: relative ? undefined : from,
    to: relative || (from && to && to < from) ? undefined : to,
    page: positive(params.get('page')) ?? 1,
    pageSize: (PAGE_SIZES as readonly number[]).includes(pageSize) ? pageSize : DEFAULT_PAGE_SIZE,
    open: positive(params.get('finding')),
  };
}

/** A changed filter starts at page 1, unless the change itself names a page or is only about what is open. */
export function changeFindingsView(view: FindingsView, change: Partial<FindingsView>): FindingsView {
  const onlyOpen = Object.keys(change).every((key) => key === 'open');
  return { ...view, page: onlyOpen ? view.page : 1, ...change };
}

/** Writes a view into an address, leaving parameters of others alone and defaults out. */
export function writeFindingsView(params: URLSearchParams, view: FindingsView): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const name of ['severity', 'user', 'rule', 'span', 'from', 'to', 'page', 'page_size', 'finding'])
    next.delete(name);
  for (const severity of view.severities) next.append('severity', severity);
  if (view.user) next.set('user', view.user);
  if (view.rule) next.set('rule', view.rule);
  if (view.span) next.set('span', view.span);
  else {
    if (view.from) next.set('from', view.from);
    if (view.to) next.set('to', view.to);
  }
  if (view.page > 1) next.set('page', String(view.page));
  if (view.pageSize !== DEFAULT_PAGE_SIZE) next.set('page_size', String(view.pageSize));
  if (view.open) next.set('finding', String(view.open));
  return next;
}

/** The filter that the API is asked with. */
export function toFilter(view: FindingsView, now: number): FindingsFilter {
  return {
    page: view.page,
    page_size: view.pageSize,
    severity: view.severities.length > 0 ? [...view.severities] : undefined,
    user: view.user || undefined,
    rule_name: view.rule || undefined,
    from_date: view.span ? utcDay(now, 1 - SPANS[view.span]) : view.from,
    to_date: view.span ? utcDay(now) : view.to,
  };
}

/** Whether anything but page and size narrows the list. */
export function isFiltered(view: FindingsView): boolean {
  return (
    view.severities.length > 0 ||
    view.user !== '' ||
    view.rule !== '' ||
    Boolean(view.span ?? view.from ?? view.to)
  );
}

/** Whether a finding that is raised now belongs into the view. */
export function wouldShow(
  view: FindingsView,
  finding: { severity: string; user: string; rule_name: string },
  now: number,
): boolean {
  if (view.severities.length > 0 && !view.severities.some((severity) => severity === finding.severity))
    return false;
  if (view.user && view.user !== finding.user) return false;
  if (view.rule && view.rule !== finding.rule_name) return false;
  const today = utcDay(now);
  const { from_date, to_date } = toFilter(view, now);
  return (!from_date || today >= from_date) && (!to_date || today <= to_date);
}

function day(value: string | null): string | undefined {
  return value !== null && isDay(value) ? value : undefined;
}

function positive(value: string | null): number | undefined {
  return value !== null && /^[1-9]\d{0,14}$/.test(value) ? Number(value) : undefined;
}
