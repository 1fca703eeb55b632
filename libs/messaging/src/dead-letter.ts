import type { DeadLetter } from '@mcm/contracts';
import { AppError, messageOf } from '@mcm/kernel';

/** Characters of a message that a dead letter keeps. What is longer cannot be delivered again. */
export const DEAD_LETTER_MESSAGE_LIMIT = 256 * 1024;
const REASON_LIMIT = 2_000;

/** A message that a consumer gave up, with the reason. `text` is its JSON text. */
export function deadLetterOf(
  text: string,
  about: { subject: string; consumer: string; tries: number; failedAt: number },
  error: unknown,
): DeadLetter {
  const truncated = text.length > DEAD_LETTER_MESSAGE_LIMIT;
  return {
    origin: 'bus',
    subject: about.subject,
    consumer: about.consumer,
    code: error instanceof AppError ? error.code : 'BUS.HANDLER_FAILED',
    reason: reasonOf(error),
    message: storable(truncated ? text.slice(0, DEAD_LETTER_MESSAGE_LIMIT) : text),
    truncated,
    tries: about.tries,
    failed_at: new Date(about.failedAt).toISOString(),
  };
}

function reasonOf(error: unknown): string {
  const details =
    error instanceof AppError ? error.errors.map((each) => `${each.pointer}: ${each.detail}`) : [];
  const text = [messageOf(error), ...details].join('; ');
  return storable(text.length > REASON_LIMIT ? `${text.slice(0, REASON_LIMIT)}…` : text);
}

/** No database holds U+0000 in a text, and UTF-8 knows no lone surrogates. */
function storable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000\p{Surrogate}]/gu, '\uFFFD');
}
