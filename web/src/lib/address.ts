import {
  createLoader,
  createSerializer,
  type inferParserType,
  type Nullable,
  type ParserMap,
} from 'nuqs/server';
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

/** What the query parameters of a page say. */
export interface Address<View> {
  /** Reads the parameters; a value that makes no sense counts as absent. */
  read: (params: URLSearchParams) => View;
  /** The parameters after a change: defaults are left out, parameters that are not this address's own stay. */
  write: (params: URLSearchParams, change: Change<View>) => URLSearchParams;
}

/** What is to be different in a view; null takes a value away. */
export type Change<View> = Partial<Nullable<View>>;
/** What an address says. */
export type ViewOf<A extends { read: (params: URLSearchParams) => unknown }> = ReturnType<A['read']>;

/** An address made of parsers; `names` are the parameters that have another name than their key. */
export function makeAddress<Parsers extends ParserMap>(
  parsers: Parsers,
  names: Partial<Record<keyof Parsers, string>> = {},
): Address<inferParserType<Parsers>> {
  const read = createLoader(parsers, { urlKeys: names });
  const serialize = createSerializer(parsers, { urlKeys: names });
  return {
    read: (params) => read(params),
    // What is read is written back, so that values that make no sense disappear, and the order is always the same.
    write: (params, change) =>
      new URLSearchParams(serialize(serialize(params, null), { ...read(params), ...change })),
  };
}

/** How a change enters the history of the browser. */
export interface ChangeOptions {
  /** Take the place of the present entry: for steps that are not worth going back through one by one. */
  replace?: boolean;
}

/** What the address says now, how to change it, and the query string that a change would lead to. */
export function useAddress<View>({ read, write }: Pick<Address<View>, 'read' | 'write'>): {
  view: View;
  change: (change: Change<View>, options?: ChangeOptions) => void;
  searchFor: (change: Change<View>) => string;
} {
  const [params, setParams] = useSearchParams();
  const view = useMemo(() => read(params), [read, params]);
  const change = useCallback(
    (part: Change<View>, { replace = false }: ChangeOptions = {}) =>
      setParams((current) => write(current, part), {
        replace,
        preventScrollReset: true,
        // A key that is pressed twice in a row must find the page as the first press left it.
        flushSync: true,
      }),
    [setParams, write],
  );
  const searchFor = useCallback(
    (part: Change<View>) => {
      const text = write(params, part).toString();
      return text ? `?${text}` : '';
    },
    [params, write],
  );
  return { view, change, searchFor };
}
