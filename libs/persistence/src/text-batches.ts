import { AppError } from '@mcm/kernel';

/**
 * Longest text of one statement, in UTF-16 units. PostgreSQL takes at most 256 MB of array elements in one jsonb and
 * keeps several copies while it unpacks them; a thousand ordinary events are a tenth of this.
 */
const MAX_TEXT_LENGTH = 8 * 1024 * 1024;

/** Items and a text for each of them. */
export interface TextBatch<T> {
  items: readonly T[];
  texts: readonly string[];
}

/** Splits items into as few batches of texts as the limit allows; an item that is longer by itself gets its own. */
export function textBatches<T>(
  items: readonly T[],
  textOf: (item: T) => string,
  maxLength = MAX_TEXT_LENGTH,
): TextBatch<T>[] {
  const batches: TextBatch<T>[] = [];
  let texts: string[] = [];
  let start = 0;
  let length = 0;
  const close = (end: number) => {
    if (texts.length === 0) return;
    batches.push({ items: start === 0 && end === items.length ? items : items.slice(start, end), texts });
    texts = [];
    start = end;
    length = 0;
  };
  items.forEach((item, i) => {
    const text = textOf(item);
    if (length + text.length > maxLength) close(i);
    texts.push(text);
    length += text.length + 1;
  });
  close(items.length);
  return batches;
}

/** @throws AppError `PERSISTENCE.UNSTORABLE` for a value that nests too deeply to be written */
export function jsonText(item: unknown): string {
  try {
    return JSON.stringify(item);
  } catch (cause) {
    // The writer of JSON calls itself for each level and runs out of stack.
    if (!(cause instanceof RangeError)) throw cause;
    throw new AppError('invalid', 'PERSISTENCE.UNSTORABLE', 'A value is nested too deeply to be stored.', {
      cause,
    });
  }
}
