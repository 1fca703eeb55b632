import type { IncomingMessage } from 'node:http';
import { AppError } from '@mcm/kernel';
import { canonicalHost, isLoopback } from './host-names.js';

/** What the value of a `Host` header may look like (RFC 9110, section 7.2): a name or an address, perhaps with a port. */
const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{0,5})?$/i;

/**
 * The names under which a server may be asked. A browser that a foreign page has tricked into sending its requests here
 * (DNS rebinding) still names the foreign host, so a server that answers to its own names alone is out of reach.
 *
 * Allowed are loopback names and addresses, the configured names, and the very address that a connection came in on:
 * probes and scrapers ask by address, and no page can have an address resolve to another machine.
 */
export class AllowedHosts {
  private readonly names: ReadonlySet<string>;

  /** @param names host names without a port, in any case, beside the loopback ones */
  constructor(names: readonly string[] = []) {
    this.names = new Set(names.map((name) => canonicalHost(name)).filter((name) => name !== null));
  }

  /**
   * Judges the host that a request is for: its one `Host` header, and the address in its first line where that has one.
   *
   * @returns null when it is ours; `REQUEST.HOST_INVALID` when there is none, more than one, or something that is no
   *   host; `REQUEST.HOST_NOT_ALLOWED` when it is another server's
   */
  fault({ rawHeaders, url = '/', socket }: IncomingMessage): AppError | null {
    const hosts = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'host');
    if (hosts.length !== 1) return invalid('A request needs exactly one Host header.');
    const asked = url.startsWith('/') || url === '*' ? hosts : [...hosts, authorityOf(url)];
    const faults = asked.map((authority) => this.faultOf(authority, socket.localAddress));
    return faults.find((fault) => fault !== null) ?? null;
  }

  private faultOf(authority: string, localAddress: string | undefined): AppError | null {
    const name = AUTHORITY.test(authority) ? canonicalHost(authority.replace(/:\d*$/, '')) : null;
    if (name === null) return invalid('The host is neither a name nor an address, with or without a port.');
    if (isLoopback(name) || this.names.has(name)) return null;
    if (localAddress !== undefined && name === canonicalHost(localAddress)) return null;
    return new AppError(
      'misdirected',
      'REQUEST.HOST_NOT_ALLOWED',
      `This server does not answer for the host ${name}. Where it should, name it in ALLOWED_HOSTS or PUBLIC_URL.`,
    );
  }
}

/** The authority of a request target in absolute form (RFC 9112, section 3.2.2). */
function authorityOf(target: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target)?.[1] ?? '';
}

function invalid(message: string): AppError {
  return new AppError('invalid', 'REQUEST.HOST_INVALID', message);
}
