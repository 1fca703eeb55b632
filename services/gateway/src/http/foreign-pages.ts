import { AppError } from '@mcm/kernel';
import { isFromAnotherOrigin, isNavigation } from '@mcm/platform';
import type { FastifyRequest } from 'fastify';
import { SAFE_METHODS } from './safe-methods.js';

/** Routes that a browser opens as pages: a link from elsewhere, or the OpenID provider, may lead to them. */
const PAGES: ReadonlySet<string> = new Set(['/docs', '/auth/oidc/callback']);

/** Which pages of other origins may call. */
export interface AdmittedOrigins {
  /** Their pages may read; `*` means any origin. */
  readers: readonly string[];
  /** Their pages may also change something. There is no `*`: requests are not authenticated yet. */
  writers: readonly string[];
}

/**
 * Refuses calls that a page of another origin causes. CORS keeps such a page from reading the answer, not from causing
 * the effect, nor the work: a form on any website could have all findings enriched, an image could ask for them.
 *
 * @throws AppError `REQUEST.FOREIGN_PAGE`
 */
export function refuseForeignPages(request: FastifyRequest, { readers, writers }: AdmittedOrigins): void {
  const { origin, host } = request.headers;
  // The interactive page, and the dashboard with the API below it, are on the origin that they call.
  if (origin !== undefined && URL.canParse(origin) && new URL(origin).host === host) return;
  if (!SAFE_METHODS.has(request.method)) {
    const foreign = origin === undefined ? isFromAnotherOrigin(request.raw) : !writers.includes(origin);
    if (foreign) throw refused('change anything');
    return;
  }
  if (!isFromAnotherOrigin(request.raw)) return;
  if (origin !== undefined && mayRead(origin, { readers })) return;
  if (isNavigation(request.raw) && PAGES.has(request.routeOptions.url ?? '')) return;
  throw refused('read anything');
}

/** Whether pages of an origin may read answers. */
export function mayRead(origin: string, { readers }: Pick<AdmittedOrigins, 'readers'>): boolean {
  return readers.includes('*') || readers.includes(origin);
}

function refused(what: string): AppError {
  return new AppError(
    'forbidden',
    'REQUEST.FOREIGN_PAGE',
    `Pages of other origins may not ${what} here, unless CORS_ORIGINS names their origin.`,
  );
}
