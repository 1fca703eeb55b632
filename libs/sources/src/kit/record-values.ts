import { canonicalJson, isUnstorable, nameBasedId } from '@mcm/kernel';
import { isObject } from './candidate-event.js';

/** Longest name of an actor that is kept, and longest id of a vendor that is taken over, in UTF-16 units. */
const ACTOR_LIMIT = 512;
const ID_LIMIT = 256;

/** A text that says something; undefined for everything else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** The object, or one without fields where the value is something else. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

/** The objects in a list; none where the value is something else. */
export function objectsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/**
 * Who acted: the first of the candidates that is a name, else `unknown`, since a record is never lost for want of an
 * actor. A failed sign-in carries whatever was typed as a name: it is made storable and cut, never a reason to refuse.
 */
export function actorOf(...candidates: readonly unknown[]): string {
  for (const candidate of candidates) {
    const name = textOf(candidate);
    if (name !== undefined) {
      return name.slice(0, ACTOR_LIMIT).toWellFormed().replaceAll('\u0000', '\uFFFD');
    }
  }
  return 'unknown';
}

/** The vendor's own id where it can be one, else an id made of the record's content. */
export function recordId(namespace: string, id: unknown, record: unknown): string | undefined {
  const own = textOf(id);
  if (own !== undefined && own.length <= ID_LIMIT && !isUnstorable(own)) return own;
  return contentId(namespace, record);
}

/**
 * An id made of what a record says, whatever the order of its fields. Undefined for a record that nests too deeply to
 * be written, which is refused for that anyway.
 */
export function contentId(namespace: string, record: unknown): string | undefined {
  try {
    return nameBasedId(namespace, canonicalJson(record));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The record with further fields beside its own, which always win. Fields without a value are left out. */
export function withFields(
  record: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const added = Object.entries(fields).filter(
    ([name, value]) => value !== undefined && value !== null && !Object.hasOwn(record, name),
  );
  return added.length === 0 ? record : { ...record, ...Object.fromEntries(added) };
}

/** Names that vendors use for a country where the catalogue's rules use another. */
const COUNTRY_ALIASES: ReadonlyMap<string, string> = new Map([
  ['Russian Federation', 'Russia'],
  ["People's Republic of China", 'China'],
]);
const countries = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' });

/** The country of a place given by its name or by its two letters (ISO 3166-1), as the catalogue's `location`. */
export function countryOf(place: unknown): string | undefined {
  const name = textOf(place);
  if (name === undefined) return undefined;
  return /^[A-Za-z]{2}$/.test(name) ? countries.of(name.toUpperCase()) : (COUNTRY_ALIASES.get(name) ?? name);
}
