import { AppError } from '@mcm/kernel';
import type { FastifyRequest } from 'fastify';

/** Headers by which a proxy says for which client it asks (RFC 7239, and the ones in use before it). */
const FORWARDED = /^(forwarded|x-forwarded-.+)$/;

/** What the product's own web server sets. */
const OWN: ReadonlySet<string> = new Set(['x-forwarded-for', 'x-forwarded-proto']);

/**
 * Refuses a request that came through a proxy, in open mode: its client need not be on this machine. The product's own
 * web server is a trusted proxy that names the address of its client. More than one address means that another proxy is
 * in front of it.
 *
 * @throws AppError `AUTH.OPEN_MODE_FORWARDED`
 */
export function refuseForwarded({ headers, ips }: Pick<FastifyRequest, 'headers' | 'ips'>): void {
  const found = Object.keys(headers).filter((name) => FORWARDED.test(name));
  if (found.length === 0) return;
  // Fastify lists the client behind the connection only where it trusts the connection's address.
  const fromTrusted = (ips?.length ?? 0) > 1;
  const namesOneClient = !String(headers['x-forwarded-for']).includes(',');
  if (fromTrusted && namesOneClient && found.every((name) => OWN.has(name))) return;
  throw new AppError(
    'forbidden',
    'AUTH.OPEN_MODE_FORWARDED',
    `The request came through a proxy (${found.join(', ')}); without sign-in, only this machine is answered. ` +
      'To open the system to others, set AUTH_MODE=local.',
  );
}
