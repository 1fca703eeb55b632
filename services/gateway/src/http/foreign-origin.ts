import { ForbiddenException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses calls that change something and come from a page of somebody else. CORS keeps such a page from reading the
 * answer, not from causing the effect: a form on any website could have all findings enriched.
 */
export function refuseForeignOrigin(request: FastifyRequest, allowed: readonly string[]): void {
  const { origin, host } = request.headers;
  if (origin === undefined || SAFE_METHODS.has(request.method)) return;
  if (allowed.includes('*') || allowed.includes(origin)) return;
  // The interactive page, and the dashboard with the API below it, are on the origin that they call.
  if (URL.canParse(origin) && new URL(origin).host === host) return;
  throw new ForbiddenException('Pages of this origin may not change anything here (CORS_ORIGINS).');
}
