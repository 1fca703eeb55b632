import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { changeFindingsView, readFindingsView, writeFindingsView, type FindingsView } from './findings-view';

/** How a change of the view enters the history of the browser. */
export interface ChangeOptions {
  /** Take the place of the present entry: for steps nobody wants to go back through one by one. */
  replace?: boolean;
}

/** The view that the address describes, how to change it, and the address a change would lead to. */
export function useFindingsView(): {
  view: FindingsView;
  change: (change: Partial<FindingsView>, options?: ChangeOptions) => void;
  searchFor: (change: Partial<FindingsView>) => string;
} {
  const [params, setParams] = useSearchParams();
  const view = useMemo(() => readFindingsView(params), [params]);
  const change = useCallback(
    (part: Partial<FindingsView>, options?: ChangeOptions) => {
      setParams(
        (current) => writeFindingsView(current, changeFindingsView(readFindingsView(current), part)),
        {
          preventScrollReset: true,
          replace: options?.replace,
          // A key that is pressed twice in a row must find the page as the first press left it.
          flushSync: true,
        },
      );
    },
    [setParams],
  );
  const searchFor = useCallback(
    (part: Partial<FindingsView>) => {
      const text = writeFindingsView(params, changeFindingsView(readFindingsView(params), part)).toString();
      return text ? `?${text}` : '';
    },
    [params],
  );
  return { view, change, searchFor };
}
