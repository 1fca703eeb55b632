const KEY = 'mcm-author';

/** The name that changes are signed with, as it was given last; empty before. */
export function readAuthor(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    // Storage may be forbidden; the name is then asked for each time.
    return '';
  }
}

/** Remembers the name for the next change. */
export function keepAuthor(name: string): void {
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // As above.
  }
}
