import { isIPv6 } from 'node:net';

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * One way to write a host, so that two can be compared: lower case, addresses in their shortest form and without
 * brackets, no dot at the end.
 *
 * @param host a name or an address, without a port; IPv6 with or without brackets
 * @returns null when it is neither
 */
export function canonicalHost(host: string): string | null {
  // A link-local address may name its interface, which is no part of what clients write.
  const bare = host.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  const mapped = MAPPED_IPV4.exec(bare);
  if (mapped) return mapped[1]!;
  const url = `http://${isIPv6(bare) ? `[${bare}]` : host}/`;
  if (host === '' || /[\s/?#@\\]/.test(host) || !URL.canParse(url)) return null;
  const { hostname, port } = new URL(url);
  if (port !== '') return null;
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '') || null;
}

/** Whether a canonical host is this machine itself (RFC 6761 for the name, RFC 1122 and 4291 for addresses). */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
