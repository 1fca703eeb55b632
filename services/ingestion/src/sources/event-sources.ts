import { AppError } from '@mcm/kernel';
import { cloudTrailSource } from './cloudtrail/cloudtrail.source.js';
import type { EventSource } from './event-source.js';
import { githubSource } from './github/github.source.js';
import { googleWorkspaceSource } from './google-workspace/google-workspace.source.js';
import { oktaSource } from './okta/okta.source.js';

/** Every source. A new one is a folder beside this file and a line here. */
export const EVENT_SOURCES: readonly EventSource[] = [
  cloudTrailSource,
  githubSource,
  oktaSource,
  googleWorkspaceSource,
];

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
