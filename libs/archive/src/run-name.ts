import { isDay } from './event-row.js';

/** A run of the archive: the events of a day that were archived together. */
export interface RunId {
  /** `2026-01-15`. */
  day: string;
  /** From 1. */
  run: number;
}

/** Begins the names of everything that is archived of events. */
export const EVENTS = 'events/';
export const MANIFEST = 'manifest.json';

/** The folder of a day. Named so that readers of Parquet take day and run as columns. */
export const dayFolder = (day: string): string => `${EVENTS}day=${day}/`;
/** The folder of a run. */
export const runFolder = ({ day, run }: RunId): string => `${dayFolder(day)}run=${run}/`;

const IN_RUN = /^events\/day=(\d{4}-\d\d-\d\d)\/run=([1-9]\d{0,8})\/([^/]+)$/;

/** The run that a file belongs to, and its name there; null for files that are not of the archive. */
export function parseName(name: string): (RunId & { file: string }) | null {
  const [, day, run, file] = IN_RUN.exec(name) ?? [];
  return day !== undefined && isDay(day) ? { day, run: Number(run), file: file! } : null;
}
