/**
 * A batch as the data of a BullMQ job. The messages are one JSON text, not a tree: PostgreSQL need not parse it, which
 * is faster, and it may hold what jsonb refuses (U+0000, lone surrogates, deep nesting). The job is named after the
 * number of its messages, so that what waits can be counted without reading any data.
 */
export interface BatchData {
  /** JSON array of the messages. */
  messages: string;
  /** Tries that ended with an error before the batch got its present form. */
  failures: number;
}

/** A job for the texts, each of them JSON already. */
export function toJob(texts: readonly string[], failures: number): { name: string; data: BatchData } {
  return { name: String(texts.length), data: { messages: `[${texts.join(',')}]`, failures } };
}

/** The parsed messages of a batch. */
export function messagesOf(data: unknown): unknown[] {
  return JSON.parse((data as BatchData).messages) as unknown[];
}

export function failuresOf(data: unknown): number {
  return (data as BatchData).failures;
}
