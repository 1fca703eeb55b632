import { AppError } from '@mcm/kernel';
import { cloudTrailSource } from './cloudtrail/cloudtrail.source.js';
import type { EventSource } from './event-source.js';

/** Every source. A new one is a folder beside this file and a line here. */
export const EVENT_SOURCES: readonly EventSource[] = [cloudTrailSource];

/** @throws AppError `SOURCE.UNKNOWN` that lists the known sources */
export function eventSource(name: string): EventSource {
  const source = EVENT_SOURCES.find((candidate) => candidate.name === name);
  if (source !== undefined) return source;
  const known = EVENT_SOURCES.map((candidate) => candidate.name).join(', ');
  throw new AppError(
    'not-found',
    'SOURCE.UNKNOWN',
    `There is no source ${JSON.stringify(name)}; known: ${known}.`,
  );
}
