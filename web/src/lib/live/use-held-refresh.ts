import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';

const SETTLE_MS = 1_200;

/** New things that a list does not show yet. */
export interface Arrivals {
  count: number;
  /** False when something was missed, so that the number is unknown. */
  exact: boolean;
}

const NONE: Arrivals = { count: 0, exact: true };

/**
 * Refreshes a list when something new arrives, but never under a reader: while `isReading` says so, arrivals are
 * only counted, for the reader to ask for.
 */
export function useHeldRefresh({
  listKey,
  isReading,
  refresh,
}: {
  /** Names what the list shows; arrivals of another list are forgotten. */
  listKey: string;
  isReading: () => boolean;
  refresh: () => Promise<unknown>;
}): {
  /** Arrivals that are held back; null when the list is up to date as far as is known. */
  waiting: Arrivals | null;
  /** Counts arrivals; without a number something may have been missed. */
  note: (count?: number) => void;
  /** Forgets them, after the list was refreshed. */
  clear: () => void;
} {
  const [held, setHeld] = useState({ listKey, arrivals: NONE });
  const pending = useRef(NONE);

  const settle = useEffectEvent(() => {
    if (isUpToDate(pending.current)) return;
    if (isReading()) {
      setHeld({ listKey, arrivals: pending.current });
    } else {
      pending.current = NONE;
      setHeld({ listKey, arrivals: NONE });
      void refresh();
    }
  });
  useEffect(() => {
    pending.current = NONE;
    // A reader moves on without a word, so arrivals are looked at again and again until they are shown.
    const interval = setInterval(() => settle(), SETTLE_MS);
    return () => clearInterval(interval);
  }, [listKey]);

  const note = useCallback((count?: number) => {
    const { count: before, exact } = pending.current;
    pending.current = { count: before + (count ?? 0), exact: exact && count !== undefined };
  }, []);
  const clear = useCallback(() => {
    pending.current = NONE;
    setHeld({ listKey, arrivals: NONE });
  }, [listKey]);
  return {
    waiting: held.listKey === listKey && !isUpToDate(held.arrivals) ? held.arrivals : null,
    note,
    clear,
  };
}

function isUpToDate({ count, exact }: Arrivals): boolean {
  return count === 0 && exact;
}

/** Whether the user is reading a list: points at it, is in it with the keyboard or a selection, or has scrolled into it. */
export function isBeingRead(list: HTMLElement | null): boolean {
  if (list === null) return false;
  if (window.matchMedia('(hover: hover)').matches && list.matches(':hover')) return true;
  if (list.querySelector(':focus-visible') !== null) return true;
  const selection = window.getSelection();
  if (selection && !selection.isCollapsed && selection.anchorNode && list.contains(selection.anchorNode))
    return true;
  return list.getBoundingClientRect().top < 0;
}
