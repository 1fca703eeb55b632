import { isIP } from 'node:net';
import type { Json, JsonObject } from '@mcm/contracts';
import type { FindingForEnrichment } from '../enrich-finding/enrichment-store.js';
import type { AllowList } from './allowed-fields.js';
import { networkOf, WITHHELD } from './field-treatment.js';
import { type Scalar, valuesAt } from './field-values.js';
import { triesToInstruct } from './injection-signs.js';
import { plainText } from './plain-text.js';
import { maskSecrets } from './secrets.js';
import type { Treatment } from '@mcm/sources';

/** Longest value that is handed out, in characters. */
const LONGEST = 400;

/** A finding whose events hold nothing that is never sent to a model, in a form from which the same facts can be made. */
export interface SafeFinding {
  user: string;
  events: { type: string; source: string; user: string; at: number; data: JsonObject }[];
}

/**
 * The events of a finding for an evaluation set: allowed fields alone, secrets masked, and made-up names in the place of
 * users, addresses, hosts and ids, the same one for the same value.
 */
export function safeFinding(finding: FindingForEnrichment, allowList: AllowList): SafeFinding {
  const names = new MadeUpNames();
  const first = Date.parse(finding.first_seen);
  return {
    user: finding.user === 'all users' ? finding.user : names.of('user', finding.user),
    events: finding.evidence.map(({ event_type, source, user, timestamp, raw_data }) => ({
      type: shown(event_type),
      source: shown(source),
      user: user === 'all users' ? user : names.of('user', user),
      at: Math.round((Date.parse(timestamp) - first) / 1000),
      data: Object.fromEntries(
        allowList.fieldsOf(event_type, source).flatMap(({ path, treatment }) => {
          const values = valuesAt(raw_data, path).map((value) => safeValue(value, treatment, names));
          if (values.length === 0) return [];
          return [[path, (values.length === 1 ? values[0]! : values) as Json]];
        }),
      ),
    })),
  };
}

function safeValue(value: Scalar, treatment: Treatment, names: MadeUpNames): Scalar {
  if (typeof value !== 'string' || value === '') return value;
  switch (treatment) {
    case 'user':
    case 'id':
      return names.of(treatment, value);
    case 'host':
    case 'address':
      return isIP(value.split('/')[0]!) === 0 && treatment === 'address' && /\.amazonaws\.com$/.test(value)
        ? value
        : names.of(treatment, value);
    case 'set':
      return 'set';
    default:
      return shown(value);
  }
}

function shown(text: string): string {
  if (triesToInstruct(text)) return WITHHELD.instructs;
  return maskSecrets(plainText(text.slice(0, LONGEST)));
}

/** Names for values, of the same kind as these. */
class MadeUpNames {
  private readonly names = new Map<string, string>();

  of(kind: 'user' | 'id' | 'host' | 'address', value: string): string {
    if (value === '0.0.0.0/0' || value === '::/0') return value;
    const key = `${kind}\n${value}`;
    const known = this.names.get(key);
    if (known !== undefined) return known;
    const number = [...this.names.keys()].filter((each) => each.startsWith(`${kind}\n`)).length + 1;
    const name = kind === 'address' ? addressLike(value, number) : `${kind}-${number}`;
    this.names.set(key, name);
    return name;
  }
}

/** An address of a range that is kept for documentation (RFC 5737, RFC 3849), or a private one. */
function addressLike(value: string, number: number): string {
  switch (networkOf(value)) {
    case 'a private IPv4 address':
      return `10.0.0.${number}`;
    case 'a public IPv4 address':
      return `203.0.113.${number}`;
    case 'a private IPv6 address':
      return `fd00::${number}`;
    case 'a public IPv6 address':
      return `2001:db8::${number}`;
    default:
      return `host-${number}`;
  }
}
