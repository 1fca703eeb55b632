/**
 * Characters that are not seen but change how text around them is shown: controls, direction marks, zero-width
 * characters. Attackers put them into log fields to make one thing look like another.
 */
const INVISIBLE =
  // eslint-disable-next-line no-control-regex -- finding control characters is the purpose
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Text from an event, with invisible characters spelled out (`\u202e`), so that what is read is what is there. */
export function revealInvisible(text: string): string {
  return text.replace(INVISIBLE, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
