import type { ServerDemand } from './find-server.js';
import { NATS, REDIS, type ServerKind } from './server-kind.js';

export const SERVER_KINDS = { nats: NATS, redis: REDIS } satisfies Record<string, ServerKind>;

/** Which servers a group of tests needs. */
export type ServerDemands = Partial<Record<keyof typeof SERVER_KINDS, ServerDemand>>;

/** The variable in which `npm test` says that such a server cannot be had. */
export const whyNotSetting = (kind: ServerKind, demand: ServerDemand): string =>
  `TEST_NO_${demand === 'own' ? 'OWN_' : ''}${kind.name.toUpperCase()}`;

/**
 * Like Vitest's `describe`, for tests that need servers. When `npm test` has found, and said, that one of them cannot be
 * had, the tests are skipped, which is a failure with CI=true. Without that word they run, and starting fails by itself.
 */
export function describeWith(demands: ServerDemands, name: string, tests: () => void): void {
  const missing = Object.entries(demands).some(
    ([kind, demand]) => process.env[whyNotSetting(SERVER_KINDS[kind as keyof ServerDemands], demand)],
  );
  (missing ? describe.skip : describe)(name, tests);
}
