/**
 * Everything of ASCII that is not part of a word: words are made of letters, digits, `_`, and whatever is not ASCII. A dot
 * inside of a word belongs to it, so that `203.0.113.11` and `example.org` are one word each, as in the word boundaries of
 * Unicode (Standard Annex 29). The same in SQL: {@link SEPARATORS_SQL}.
 */
// eslint-disable-next-line no-control-regex -- control characters separate words, too
const SEPARATORS = /[\u0000-\u002d\u002f\u003a-\u0040\u005b-\u005e\u0060\u007b-\u007f]+/;

/** One or more separators with the dots around them, as a regular expression of PostgreSQL. */
export const SEPARATORS_SQL = String.raw`(\.*[\u0001-\u002d\u002f\u003a-\u0040\u005b-\u005e\u0060\u007b-\u007f]+\.*)+`;

/**
 * A text without the difference between `A` and `a`. ASCII alone, because every PostgreSQL folds that in the same way
 * (`lower(… collate "C")`), whatever its version and locale.
 */
export function fold(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** The folded words of a text, in their order. */
export function wordsOf(text: string): string[] {
  return fold(text)
    .split(SEPARATORS)
    .map((word) => trimDots(word))
    .filter((word) => word !== '');
}

/** The words of a text whose last one goes on; without its beginning when the text ends between two words. */
export function beginningOfWords(text: string): string[] {
  const words = wordsOf(`${text}x`);
  const last = words.pop()!.slice(0, -1);
  return last === '' ? words : [...words, last];
}

function trimDots(word: string): string {
  let from = 0;
  let to = word.length;
  while (word[from] === '.') from++;
  while (to > from && word[to - 1] === '.') to--;
  return word.slice(from, to);
}
