/**
 * Characters that are not seen but change how text around them is shown: controls, direction marks, zero-width
 * characters. Attackers put them into log fields to make one thing look like another. Variation selectors are left alone:
 * they belong to ordinary emoji.
 */
const INVISIBLE =
  /(?!\t|\n|\p{Variation_Selector})[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Text from an event, with invisible characters spelled out (`\u202e`), so that what is read is what is there. */
export function revealInvisible(text: string): string {
  return text.replace(INVISIBLE, (found) => {
    const digits = found.codePointAt(0)!.toString(16).padStart(4, '0');
    return digits.length === 4 ? `\\u${digits}` : `\\u{${digits}}`;
  });
}
