import { useSyncExternalStore } from 'react';

/** What the reader chose; `system` follows the operating system. */
export type ThemeChoice = 'light' | 'dark' | 'system';

// public/theme.js applies the same key before the first paint.
const KEY = 'mcm-theme';
const listeners = new Set<() => void>();
const systemDark = window.matchMedia('(prefers-color-scheme: dark)');

function readChoice(): ThemeChoice {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
    return 'system';
  }
}
let choice = readChoice();

function apply(): void {
  const dark = choice === 'dark' || (choice === 'system' && systemDark.matches);
  document.documentElement.classList.toggle('dark', dark);
  for (const notify of listeners) notify();
}
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
function followOtherTab(change: StorageEvent): void {
  if (change.key !== KEY) return;
  choice = readChoice();
  apply();
}
function choose(next: ThemeChoice): void {
  choice = next;
  try {
    if (next === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    // Not stored: still applied for this visit.
  }
  apply();
}

/** Follows the operating system and the other tabs, for as long as the page is there. */
export function followTheme(): () => void {
  systemDark.addEventListener('change', apply);
  window.addEventListener('storage', followOtherTab);
  return () => {
    systemDark.removeEventListener('change', apply);
    window.removeEventListener('storage', followOtherTab);
  };
}

/** The chosen theme and how to change it; the choice is kept in this browser. */
export function useTheme(): { choice: ThemeChoice; choose: (next: ThemeChoice) => void } {
  return { choice: useSyncExternalStore(subscribe, () => choice), choose };
}
