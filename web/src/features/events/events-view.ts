/** Page sizes on offer. */
export const EVENT_PAGE_SIZES = [25, 50, 100] as const;
const DEFAULT_PAGE_SIZE = 50;

/** What the address of the page says about the list of events. */
export interface EventsView {
  user: string;
  eventType: string;
  page: number;
  pageSize: number;
  /** The event whose details are open. */
  open?: number;
}

/** Reads the address; what makes no sense there counts as absent. */
export function readEventsView(params: URLSearchParams): EventsView {
  const pageSize = Number(params.get('page_size'));
  return {
    user: params.get('user') ?? '',
    eventType: params.get('event_type') ?? '',
    page: positive(params.get('page')) ?? 1,
    pageSize: (EVENT_PAGE_SIZES as readonly number[]).includes(pageSize) ? pageSize : DEFAULT_PAGE_SIZE,
    open: positive(params.get('event')),
  };
}

/** Writes a changed view into an address; a changed filter starts at page 1. Parameters of others stay. */
export function changeEventsView(params: URLSearchParams, change: Partial<EventsView>): URLSearchParams {
  const view = readEventsView(params);
  const onlyOpen = Object.keys(change).every((key) => key === 'open');
  const next = { ...view, page: onlyOpen ? view.page : 1, ...change };
  const written = new URLSearchParams(params);
  for (const name of ['user', 'event_type', 'page', 'page_size', 'event']) written.delete(name);
  if (next.user) written.set('user', next.user);
  if (next.eventType) written.set('event_type', next.eventType);
  if (next.page > 1) written.set('page', String(next.page));
  if (next.pageSize !== DEFAULT_PAGE_SIZE) written.set('page_size', String(next.pageSize));
  if (next.open) written.set('event', String(next.open));
  return written;
}

function positive(value: string | null): number | undefined {
  return value !== null && /^[1-9]\d{0,14}$/.test(value) ? Number(value) : undefined;
}
