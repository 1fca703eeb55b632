import { actorParts, isPlainNumber } from './check-test.js';
import type { FieldTest, Query } from './query.js';
import type { AddParameter, SearchField, SearchTarget } from './search-target.js';
import { wordsOf } from './words.js';

/** Characters of a word that are indexed. */
const INDEXED_LENGTH = 64;
/** Most words that are sought for one term; the others are seen by the condition on the row. */
const WORDS_OF_TERM = 8;
/** The only word of a record that has too many. */
const TOO_MANY = `'*'`;

/**
 * The words without which no record fits, as a condition that an index serves; null when the query implies none. It lets
 * more pass than the query does, never less.
 */
export function indexedWordsSql(query: Query, target: SearchTarget, parameter: AddParameter): string | null {
  const sought = soughtWords(query, target);
  return sought && `${target.words.indexedSql} @@ ${parameter(`${sought} | ${TOO_MANY}`)}::tsquery`;
}

/**
 * The words that a record has to have, as a `tsquery` over its indexed words: those of {@link wordsOf} in all of its texts, and
 * in the names of its fields, the first {@link INDEXED_LENGTH} characters of each.
 */
export function soughtWords(query: Query, target: SearchTarget): string | null {
  switch (query.kind) {
    case 'everything':
    case 'not':
      return null;
    case 'all':
      return joined(
        ' & ',
        query.of.map((each) => soughtWords(each, target)).filter((each) => each !== null),
      );
    case 'any': {
      const each = query.of.map((one) => soughtWords(one, target));
      return each.includes(null) ? null : joined(' | ', each as string[]);
    }
    case 'words': {
      const words = query.words.split(' ');
      const last = query.prefix ? [beginning(words.pop()!)] : [];
      return allOf([...words.map(whole), ...last]);
    }
    case 'field': {
      const field = target.field(query.path);
      const names = field.kind === 'json' ? field.names.flatMap(wordsOf).map(whole) : [];
      return wordsOfTest(query.test, field) ?? allOf(names);
    }
  }
}

function wordsOfTest(test: FieldTest, { kind }: SearchField): string | null {
  if (test.kind !== 'equals') return null;
  const [only = ''] = test.parts;
  switch (kind) {
    case 'json':
      return test.parts.length === 1 && isPlainNumber(only) ? numberAsWords(only) : wordsOfParts(test.parts);
    case 'text':
      return wordsOfParts(test.parts);
    case 'actor':
      return wordsOfParts(actorParts(test.parts));
    default:
      return null;
  }
}

/** As it was written, in a text; and as any number of this size: 5 is 5.0, and 05. */
function numberAsWords(number: string): string | null {
  const [, integer = '', fraction = ''] = /^-?0*(\d+?)(?:\.(\d*?)0*)?$/.exec(number) ?? [];
  const sizes =
    fraction === '' ? [whole(integer), beginning(`${integer}.`)] : [beginning(`${integer}.${fraction}`)];
  return joined(' | ', [...new Set([...wordsOf(number).map(whole), ...sizes])]);
}

/**
 * The words of a text that is made of these parts with anything between them. A word at the edge of a part may go on, so
 * that at the end only its beginning is known, and at the beginning nothing.
 */
function wordsOfParts(parts: readonly string[]): string | null {
  const last = parts.length - 1;
  const words = parts.flatMap((part, i) => {
    const inside = wordsOf(`${i > 0 ? 'x' : ''}${part}${i < last ? 'x' : ''}`);
    const open = i < last ? inside.pop()!.slice(0, -1).replace(/\.+$/, '') : '';
    // The same word may be open on both sides.
    const isKnown = i === 0 || inside.length > 0;
    if (i > 0) inside.shift();
    return [...inside.map(whole), ...(isKnown && open !== '' ? [beginning(open)] : [])];
  });
  return allOf(words);
}

function allOf(words: readonly string[]): string | null {
  return joined(' & ', words.slice(0, WORDS_OF_TERM));
}

function joined(operator: string, parts: readonly string[]): string | null {
  return parts.length === 0 ? null : parts.length === 1 ? parts[0]! : `(${parts.join(operator)})`;
}

/** Words have neither quotes nor backslashes in them. */
function whole(word: string): string {
  return `'${[...word].slice(0, INDEXED_LENGTH).join('')}'`;
}

function beginning(word: string): string {
  return `${whole(word)}:*`;
}
