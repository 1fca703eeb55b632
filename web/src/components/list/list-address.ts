import { createParser, parseAsNumberLiteral, type inferParserType, type ParserMap } from 'nuqs/server';
import { makeAddress, type Address, type Change } from '@/lib/address';

/** What the address of every list says. */
export interface ListView {
  /** From 1. */
  page: number;
  page_size: number;
  /** The row whose details are open. */
  open: number | null;
}

/** The address of a list: its filters, its page, and the row that is open. */
export interface ListAddress<View extends ListView> extends Address<View> {
  pageSizes: readonly number[];
  /** What takes every filter away. */
  cleared: Change<View>;
  /** Whether a filter narrows the list. */
  isFiltered: (view: View) => boolean;
  /** Whether another page than the first is shown. */
  isLaterPage: (view: View) => boolean;
}

/** Text, as it is written; absent when empty. */
export const parseAsText = createParser({ parse: (text) => text || null, serialize: String }).withDefault('');
/** Text without the spaces around it. */
export const parseAsWords = createParser({
  parse: (text) => text.trim() || null,
  serialize: String,
}).withDefault('');
const parseAsPositive = createParser({
  parse: (text) => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : null),
  serialize: String,
});

/**
 * Describes the address of a list. A changed filter, order or page size starts at the first page; to open a row does not.
 */
export function listAddress<
  Filters extends ParserMap,
  Order extends ParserMap = Record<never, never>,
  Begin extends ParserMap = Record<never, never>,
>({
  filters,
  order = {} as Order,
  begin = {} as Begin,
  pageSizes,
  pageSize,
  openAs,
  settle = (view) => view,
}: {
  filters: Filters;
  /** What else the list depends on, and clearing the filters leaves. */
  order?: Order;
  /** Where the page begins, for lists that grow so fast that their pages have no numbers; absent for the first page. */
  begin?: Begin;
  /** The page sizes on offer. */
  pageSizes: readonly number[];
  /** The page size without a choice. */
  pageSize: number;
  /** The parameter of the row that is open: `finding`; without one, rows do not open in the list. */
  openAs?: string;
  /** Resolves what contradicts itself in an address. */
  settle?: (view: inferParserType<Filters>) => inferParserType<Filters>;
}): ListAddress<inferParserType<Filters> & inferParserType<Order> & inferParserType<Begin> & ListView> {
  type View = inferParserType<Filters> & inferParserType<Order> & inferParserType<Begin> & ListView;
  const paging = {
    page: parseAsPositive.withDefault(1),
    page_size: parseAsNumberLiteral(pageSizes).withDefault(pageSize),
  };
  const { read, write } = makeAddress<ParserMap>(
    { ...filters, ...order, ...begin, ...paging, ...(openAs === undefined ? {} : { open: parseAsPositive }) },
    openAs === undefined ? {} : { open: openAs },
  );
  const readView = (params: URLSearchParams): View => {
    const view = { open: null, ...read(params) } as View;
    return { ...view, ...settle(view) };
  };
  const names = Object.keys(filters) as (keyof View)[];
  const begins = Object.keys(begin) as (keyof View)[];
  const first = Object.fromEntries(begins.map((name) => [name, null])) as Change<View>;
  return {
    pageSizes,
    read: readView,
    write: (params, change) => {
      const view = readView(params);
      const onlyOpen = Object.keys(change).every((name) => name === 'open');
      return write(params, { ...view, ...(onlyOpen ? {} : { page: 1, ...first }), ...change });
    },
    cleared: Object.fromEntries(names.map((name) => [name, null])) as Change<View>,
    isFiltered: (view) => names.some((name) => !isEmpty(view[name])),
    isLaterPage: (view) => view.page > 1 || begins.some((name) => !isEmpty(view[name])),
  };
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
