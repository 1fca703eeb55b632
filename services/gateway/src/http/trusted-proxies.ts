import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv6 } from 'node:net';

/** How long the addresses of a name are good for, in milliseconds: a container that moved is found again soon. */
const LOOKUP_MS = 5_000;

/**
 * The proxies whose `X-Forwarded-For` is trusted; other clients could forge the header. Named by address, by
 * network (`10.0.0.0/8`) or by name; names are looked up when a request needs it, and followed.
 */
export class TrustedProxies {
  private readonly fixed = new BlockList();
  private readonly names: string[] = [];
  private resolved: ReadonlySet<string> = new Set();
  private lookedUpAt = -Infinity;

  /** @param onFault told when a name cannot be looked up; what is known of the others stays */
  constructor(
    entries: readonly string[],
    private readonly onFault: (error: unknown) => void,
  ) {
    for (const entry of entries) {
      const [address = '', bits] = entry.split('/');
      const family = isIPv6(address) ? 'ipv6' : 'ipv4';
      if (isIP(address) === 0) this.names.push(entry);
      else if (bits === undefined) this.fixed.addAddress(address, family);
      else this.fixed.addSubnet(address, Number(bits), family);
    }
  }

  /** Whether a proxy at this address is believed. */
  readonly trusts = (address: string): boolean => {
    if (isIP(address) === 0) return false;
    if (this.fixed.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) return true;
    if (this.names.length === 0) return false;
    // The request that finds the addresses outdated still goes by them.
    if (Date.now() - this.lookedUpAt >= LOOKUP_MS) void this.lookUp();
    return this.resolved.has(address.replace(/^::ffff:/i, ''));
  };

  private async lookUp(): Promise<void> {
    this.lookedUpAt = Date.now();
    const found = await Promise.allSettled(this.names.map((name) => lookup(name, { all: true })));
    const addresses = new Set<string>();
    for (const answer of found) {
      if (answer.status === 'fulfilled') for (const { address } of answer.value) addresses.add(address);
      else this.onFault(answer.reason);
    }
    this.resolved = addresses;
  }
}

/** Whether a text can be one of {@link TrustedProxies}. */
export function isProxyEntry(entry: string): boolean {
  const [address = '', bits, ...more] = entry.split('/');
  const version = isIP(address);
  if (version === 0)
    return bits === undefined && /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i.test(entry) && !/^[\d.]+$/.test(entry);
  if (more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
