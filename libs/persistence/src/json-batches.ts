import { jsonText, textBatches } from './text-batches.js';

/** Items as one JSON array in text. */
export interface JsonBatch<T> {
  items: readonly T[];
  text: string;
}

/** Splits items into as few JSON arrays as the limit allows; an item that is longer by itself gets its own. */
export function jsonBatches<T>(items: readonly T[], maxLength?: number): JsonBatch<T>[] {
  return textBatches(items, jsonText, maxLength).map((batch) => ({
    items: batch.items,
    text: `[${batch.texts.join(',')}]`,
  }));
}
