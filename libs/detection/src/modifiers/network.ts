import ipaddr from 'ipaddr.js';

/** An IP network, ready to be compared with: the address bytes and how many leading bits count. */
export interface Network {
  readonly bytes: readonly number[];
  readonly prefix: number;
}

/** Reads `address/prefix` (or a single address) as a network; undefined when it is neither. */
export function parseNetwork(text: string): Network | undefined {
  try {
    if (text.includes('/')) {
      const [address, prefix] = ipaddr.parseCIDR(text);
      return { bytes: address.toByteArray(), prefix };
    }
    const address = ipaddr.parse(text);
    return { bytes: address.toByteArray(), prefix: address.toByteArray().length * 8 };
  } catch {
    // ipaddr.js throws for anything that is not an address, which is this function's other answer.
    return undefined;
  }
}

/** Whether the text is an IP address inside the network. IPv4 addresses written as ::ffff:a.b.c.d count as IPv4. */
export function networkContains(network: Network, text: string): boolean {
  const bytes = addressBytes(text);
  if (bytes === undefined || bytes.length !== network.bytes.length) return false;
  let rest = network.prefix;
  for (let i = 0; rest > 0; i += 1, rest -= 8) {
    const mask = rest >= 8 ? 0xff : (0xff << (8 - rest)) & 0xff;
    if ((bytes[i]! & mask) !== (network.bytes[i]! & mask)) return false;
  }
  return true;
}

function addressBytes(text: string): readonly number[] | undefined {
  const v4 = fourPartBytes(text);
  if (v4 !== undefined) return v4;
  if (!text.includes(':') || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toByteArray() : address.toByteArray();
}

/** `a.b.c.d` in decimal; nothing else (no octal, no short forms), so that a text cannot be read in two ways. */
function fourPartBytes(text: string): number[] | undefined {
  if (text.length < 7 || text.length > 15) return undefined;
  const bytes: number[] = [];
  let value = -1;
  for (let i = 0; i <= text.length; i += 1) {
    const code = i < text.length ? text.charCodeAt(i) : 46;
    if (code === 46) {
      if (value < 0) return undefined;
      bytes.push(value);
      value = -1;
    } else if (code >= 48 && code <= 57) {
      if (value === 0) return undefined;
      value = (value < 0 ? 0 : value * 10) + code - 48;
      if (value > 255) return undefined;
    } else {
      return undefined;
    }
  }
  return bytes.length === 4 ? bytes : undefined;
}
