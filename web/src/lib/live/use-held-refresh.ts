import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';

const SETTLE_MS = 1_200;

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
  /** Arrivals that are held back; 0 when the list is up to date as far as is known. */
  waiting: number;
  /** Counts arrivals. */
  note: (count: number) => void;
  /** Forgets them, after the list was refreshed. */
  clear: () => void;
} {
  const [held, setHeld] = useState({ listKey, count: 0 });
  const pending = useRef(0);

  const settle = useEffectEvent(() => {
    if (pending.current === 0) return;
    if (isReading()) {
      setHeld({ listKey, count: pending.current });
    } else {
      pending.current = 0;
      setHeld({ listKey, count: 0 });
      void refresh();
    }
  });
  useEffect(() => {
    pending.current = 0;
    // A reader moves on without a word, so arrivals are looked at again and again until they are shown.
    const interval = setInterval(() => settle(), SETTLE_MS);
    return () => clearInterval(interval);
  }, [listKey]);

  const note = useCallback((count: number) => {
    pending.current += count;
  }, []);
  const clear = useCallback(() => {
    pending.current = 0;
    setHeld({ listKey, count: 0 });
  }, [listKey]);
  return { waiting: held.listKey === listKey ? held.count : 0, note, clear };
}

/** Whether somebody is reading a list: points at it, has the focus or a selection in it, or has scrolled into it. */
export function isBeingRead(list: HTMLElement | null): boolean {
  if (list === null) return false;
  if (window.matchMedia('(hover: hover)').matches && list.matches(':hover')) return true;
  if (list.contains(document.activeElement)) return true;
  const selection = window.getSelection();
  if (selection && !selection.isCollapsed && selection.anchorNode && list.contains(selection.anchorNode))
    return true;
  return list.getBoundingClientRect().top < 0;
}
