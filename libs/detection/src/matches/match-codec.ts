import { AppError } from '@mcm/kernel';
import type { CorrelationWindows } from '../windows/correlation-windows.js';
import { type EntryValue, type EventFacts } from '../windows/groups/event-facts.js';
import { GroupKey } from '../windows/groups/event-facts.js';
import { WindowMatches } from './window-matches.js';

/** To be raised when what is written here, or what a rule matches, changes its meaning: old and new do not mix then. */
const VERSION = 1;

/** Windows by the name that detectors in all processes give them. */
export type NamedWindows = ReadonlyMap<string, CorrelationWindows>;

/** The part that every version has. */
interface EncodedFrame {
  v: number;
  /** Earliest and latest arrival of the events, milliseconds; null without any. */
  since: number | null;
  until: number | null;
}

/**
 * Matches as JSON text, for a detector in another process. Each event and each group stands in it once; an offer is
 * four numbers, which is all that most of them need.
 */
interface EncodedMatches extends EncodedFrame {
  passing: boolean;
  /** Of all windows that the sender fills, also those that nothing matched. */
  windows: string[];
  /** Of each stretch its last arrival after `base`, or null, and the number of offers up to its end. */
  stretches: (number | null)[];
  /** Milliseconds; times and arrivals are counted from here. */
  base: number;
  ids: string[];
  times: number[];
  arrivals: number[];
  groups: (readonly string[])[];
  /** Event, windows, bit and group of each offer, as positions in the lists above; group -1: see `more`. */
  offers: number[];
  /** What else belongs to an offer, by its number. */
  more: Record<string, EncodedFacts>;
}

interface EncodedFacts {
  /** Groups, as positions in the list. */
  g: number[];
  v?: EntryValue;
  t?: readonly (string | null)[];
  o?: readonly (EncodedFacts | null)[];
}

/** Numbers of an offer. */
const OFFER = 4;

/** @param named the windows of this detector that take something in */
export function encodeMatches(matches: WindowMatches, named: NamedWindows): string {
  const numbers = new Map([...named.values()].map((windows, number) => [windows, number]));
  const groups = new GroupTable();
  const { windows, bits, ids, times, arrivals, facts, range } = matches;
  const base = Number.isFinite(range?.since) ? range!.since : 0;
  const encoded: EncodedMatches = {
    v: VERSION,
    since: finite(range?.since),
    until: finite(range?.until),
    passing: matches.passing,
    windows: [...named.keys()],
    stretches: matches.stretches.flatMap(({ now, offers }) => [finite(now - base), offers]),
    base,
    ids: [],
    times: [],
    arrivals: [],
    groups: groups.list,
    offers: [],
    more: {},
  };
  let event = -1;
  for (let i = 0; i < windows.length; i += 1) {
    // All that one event matched stands together.
    if (event < 0 || ids[i] !== ids[i - 1] || times[i] !== times[i - 1] || arrivals[i] !== arrivals[i - 1]) {
      event += 1;
      encoded.ids.push(ids[i]!);
      encoded.times.push(times[i]! - base);
      encoded.arrivals.push(arrivals[i]! - base);
    }
    const fact = facts[i]!;
    const group = isPlain(fact) ? groups.numberOf(fact.groups[0]!) : -1;
    // Windows that wait for those of another detector have no number: the process that has them gets their events from elsewhere.
    encoded.offers.push(event, numbers.get(windows[i]!) ?? -1, bits[i]!, group);
    if (group < 0) encoded.more[i] = encodeFacts(fact, groups);
  }
  return JSON.stringify(encoded);
}

/** What another detector encoded, for the windows of this one. */
export interface DecodedMatches {
  matches: WindowMatches;
  /** Earliest and latest arrival of the events; undefined without any. */
  range: { since: number; until: number } | undefined;
  /** Windows that the other detector does not have: nothing for them is in the matches. */
  lacking: boolean;
}

/**
 * Reads what {@link encodeMatches} made. What is for windows that this detector does not have is left out.
 *
 * @throws AppError `DETECTION.BAD_MATCHES` (internal)
 */
export function decodeMatches(text: string, named: NamedWindows): DecodedMatches {
  const encoded = parse(text);
  const range =
    encoded.since === null || encoded.until === null
      ? undefined
      : { since: encoded.since, until: encoded.until };
  if (!isPresent(encoded)) {
    const matches = new WindowMatches(range?.until ?? -Infinity);
    matches.cut(Infinity, -Infinity, 0);
    return { matches, range, lacking: named.size > 0 };
  }
  const matches = new WindowMatches(-Infinity, encoded.passing);
  const windows = encoded.windows.map((name) => named.get(name));
  const groups = encoded.groups.map((values) => GroupKey.of(values));
  const plain = groups.map((group) => group.facts);
  const { offers, ids, times, arrivals, more, base, stretches } = encoded;
  let i = 0;
  for (let stretch = 0; stretch < stretches.length; stretch += 2) {
    for (; i < stretches[stretch + 1]!; i += 1) {
      const at = i * OFFER;
      const into = windows[offers[at + 1]!];
      if (into === undefined) continue;
      const event = offers[at]!;
      const group = offers[at + 3]!;
      const facts = group < 0 ? decodeFacts(more[i]!, groups) : plain[group]!;
      matches.add(into, offers[at + 2]!, ids[event]!, times[event]! + base, arrivals[event]! + base, facts);
    }
    const now = stretches[stretch];
    matches.now = now === null || now === undefined ? matches.now : Math.max(matches.now, now + base);
    // Nothing is named again here, except what is missing by then.
    matches.cut(matches.passing ? matches.now : Infinity, -Infinity, 0);
  }
  const there = new Set(encoded.windows);
  return { matches, range, lacking: [...named.keys()].some((name) => !there.has(name)) };
}

function parse(text: string): EncodedFrame {
  let encoded: unknown;
  try {
    encoded = JSON.parse(text);
  } catch (error) {
    throw unreadable(error);
  }
  if (typeof encoded !== 'object' || encoded === null || !('v' in encoded)) throw unreadable(undefined);
  return encoded as EncodedFrame;
}

function unreadable(cause: unknown): AppError {
  return new AppError('internal', 'DETECTION.BAD_MATCHES', 'What another detector matched cannot be read', {
    cause,
  });
}

function isPresent(encoded: EncodedFrame): encoded is EncodedMatches {
  return encoded.v === VERSION;
}

const finite = (number: number | undefined) =>
  number !== undefined && Number.isFinite(number) ? number : null;

const isPlain = ({ groups, value, texts, onward }: EventFacts) =>
  groups.length === 1 && value === undefined && texts === undefined && onward === undefined;

/** Gives each group a number. */
class GroupTable {
  readonly list: (readonly string[])[] = [];
  private readonly numbers = new Map<string, number>();

  numberOf({ text, values }: GroupKey): number {
    // The number of values belongs to it: a single value may look like the key of several.
    const name = `${values.length}\n${text}`;
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.list.length);
    return this.list.push(values) - 1;
  }
}

function encodeFacts({ groups, value, texts, onward }: EventFacts, table: GroupTable): EncodedFacts {
  return {
    g: groups.map((group) => table.numberOf(group)),
    ...(value !== undefined && { v: value }),
    ...(texts !== undefined && { t: texts.map((text) => text ?? null) }),
    ...(onward !== undefined && {
      o: onward.map((facts) => (facts === undefined ? null : encodeFacts(facts, table))),
    }),
  };
}

function decodeFacts({ g, v, t, o }: EncodedFacts, groups: readonly GroupKey[]): EventFacts {
  return {
    groups: g.map((number) => groups[number]!),
    value: v,
    texts: t?.map((text) => text ?? undefined),
    onward: o?.map((facts) => (facts === null ? undefined : decodeFacts(facts, groups))),
  };
}
