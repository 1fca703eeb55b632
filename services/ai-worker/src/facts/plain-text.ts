/**
 * Characters that are not seen, or that change how others are shown: controls, format characters (zero-width, direction
 * marks, soft hyphen, tags), variation selectors, private use, lone surrogates.
 */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u{FE00}-\u{FE0F}\u{E0100}-\u{E01EF}\u{115F}\u{1160}\u{3164}\u{FFA0}]/gu;
const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

/** Text on one line without anything invisible in it. */
export function plainText(text: string): string {
  return text
    .replace(LINE_BREAKS, ' ')
    .replace(INVISIBLE, '')
    .replace(/\s{2,}/g, ' ')
    .trim();
}

/** Tags (U+E0020 to U+E007E) are an invisible copy of ASCII in which whole sentences can be hidden. */
export function revealTags(text: string): string {
  return text.replace(/[\u{E0020}-\u{E007E}]/gu, (tag) =>
    String.fromCodePoint(tag.codePointAt(0)! - 0xe0000),
  );
}
