/**
 * Whether a JSON text may hold a number that {@link exactNumbers} has to look at. A number stands after one of few
 * characters, which keeps apart what is not one: every other UUID holds something like `-12e345`.
 */
const MAY_HOLD_LARGE = /(?:^|[:,[])\s*-?(?:[1-9][0-9]{15}|[0-9.]+[eE]\+?[0-9]{3})/;

/** Texts, so that digits in them are passed over, and numbers of four characters or more. */
const TEXT_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9][0-9.eE+-]{3,}/g;

export function mayHoldLargeNumbers(text: string): boolean {
  return MAY_HOLD_LARGE.test(text);
}

/**
 * A JSON text in which numbers that JavaScript would round or lose are texts of the same digits: whole numbers beyond
 * ±(2^53 - 1), which are ids more often than amounts, and numbers beyond ±1.8e308. So every reader gets
 * each digit, as with the 64-bit integers of Protocol Buffers in JSON (https://protobuf.dev/programming-guides/json/).
 *
 * @param text valid JSON
 */
export function exactNumbers(text: string): string {
  return text.replace(TEXT_OR_NUMBER, (token) =>
    token.startsWith('"') || isHeld(token) ? token : `"${token}"`,
  );
}

function isHeld(token: string): boolean {
  const number = Number(token);
  return /^-?\d+$/.test(token) ? Number.isSafeInteger(number) : Number.isFinite(number);
}
