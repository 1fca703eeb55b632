import { isIP } from 'node:net';
import type { Scalar } from './field-values.js';
import { triesToInstruct } from './injection-signs.js';
import { plainText } from './plain-text.js';
import { type PlaceholderKind, type Placeholders, withoutPlaceholders } from './placeholders.js';
import { countRange } from './ranges.js';
import { maskSecrets } from './secrets.js';
import type { Treatment } from '@mcm/sources';
import { userAgentKind } from './user-agents.js';

/** Longest value of each kind that is sent, in characters. */
const CAPS = { word: 48, name: 96, text: 160, identity: 128 } as const;
/** Most words of each, however they are joined: what has more is a sentence. */
const MOST_WORDS = { word: 6, name: 10 } as const;
/** What is looked at of a value at all. */
const LOOK_AT = 4_096;

/** The text that replaces a value that does not fit its field. */
export const WITHHELD = {
  instructs: '[withheld: text that tries to instruct a model]',
  long: '[withheld: longer than such a value is]',
} as const;

/** How values become what is sent. */
export interface TreatmentContext {
  placeholders: Placeholders;
  /** Whether users, addresses, hosts and ids are replaced by placeholders. */
  pseudonymise: boolean;
}

/** The value of an allowed field as it is sent; undefined when there is nothing to say. */
export function treat(
  value: Scalar,
  treatment: Treatment,
  context: TreatmentContext,
): string | number | boolean | undefined {
  if (treatment === 'set') return value !== null && value !== '';
  if (value === null || value === '') return undefined;
  if (typeof value === 'boolean') return value;
  if (treatment === 'number') {
    const number = Number(value);
    return Number.isFinite(number) ? countRange(number) : WITHHELD.long;
  }
  const text = plainText(String(value).slice(0, LOOK_AT));
  if (text === '') return undefined;
  switch (treatment) {
    case 'agent':
      return userAgentKind(text);
    case 'user':
    case 'host':
    case 'id':
      return identity(treatment, text, context);
    case 'address':
      return address(text, context);
    case 'word':
      return isSentence(text, MOST_WORDS.word) || text.length > CAPS.word
        ? withheld(text)
        : shown(text, CAPS.word);
    case 'name':
      return isSentence(text, MOST_WORDS.name) || text.length > CAPS.name || text.includes(' ')
        ? withheld(text)
        : shown(text, CAPS.name);
    case 'text':
      return shown(text, CAPS.text);
  }
}

function isSentence(text: string, most: number): boolean {
  return (text.match(/\p{L}{2,}/gu)?.length ?? 0) > most;
}

function withheld(text: string): string {
  return triesToInstruct(text) ? WITHHELD.instructs : WITHHELD.long;
}

function identity(
  kind: PlaceholderKind,
  text: string,
  { placeholders, pseudonymise }: TreatmentContext,
): string {
  return pseudonymise ? placeholders.nameOf(kind, text) : shown(text, CAPS.identity);
}

/** Addresses that say something by themselves, and what is no address: names of services, and of anything else. */
function address(text: string, context: TreatmentContext): string {
  if (text === '0.0.0.0/0' || text === '::/0') return 'anywhere';
  const [ip] = text.split('/');
  if (isIP(ip!) !== 0) return identity('address', text, context);
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$/i.test(text)) return 'a service of AWS';
  return identity('host', text, context);
}

function shown(text: string, cap: number): string {
  if (triesToInstruct(text)) return WITHHELD.instructs;
  const masked = withoutPlaceholders(maskSecrets(text));
  return masked.length > cap ? `${masked.slice(0, cap - 1)}…` : masked;
}

/** What kind of network an address belongs to, as far as the address says. */
export function networkOf(address: string): string {
  const [ip = ''] = address.split('/');
  switch (isIP(ip)) {
    case 4:
      return /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(
        ip,
      )
        ? 'a private IPv4 address'
        : 'a public IPv4 address';
    case 6:
      return /^(::1$|f[cd]|fe[89ab])/i.test(ip) ? 'a private IPv6 address' : 'a public IPv6 address';
    default:
      return 'an address';
  }
}
