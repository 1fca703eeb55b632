import { EVENTS, MANIFEST, parseName, type RunId } from './run-name.js';
import type { ArchiveStore } from './stores/archive-store.js';

/** A run as the names in the archive show it. */
export interface ListedRun extends RunId {
  /** Whether it has its manifest; without, it was never finished and holds nothing that counts. */
  finished: boolean;
}

/** All runs, in the order of days and numbers. */
export async function listRuns(store: ArchiveStore, prefix: string = EVENTS): Promise<ListedRun[]> {
  const runs = new Map<string, ListedRun>();
  for (const name of await store.names(prefix)) {
    const parsed = parseName(name);
    if (parsed === null) continue;
    const { day, run, file } = parsed;
    const key = `${day} ${run}`;
    const listed = runs.get(key) ?? { day, run, finished: false };
    listed.finished ||= file === MANIFEST;
    runs.set(key, listed);
  }
  return [...runs.values()].sort((a, b) => a.day.localeCompare(b.day) || a.run - b.run);
}
