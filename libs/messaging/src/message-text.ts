import { AppError, messageOf, utf8Of } from '@mcm/kernel';

/** Largest message in UTF-16 code units of JSON: far above any body that the system accepts, far below what stores hold. */
export const LARGEST_MESSAGE = 64 * 1024 * 1024;

/** Messages as JSON texts, so that what is changed after publishing changes nothing. All faults are those of the first. */
export function toTexts(messages: readonly unknown[]): string[] {
  return messages.map((message, index) => {
    let text: string | undefined;
    try {
      text = JSON.stringify(message);
    } catch (error) {
      throw notJson(index, messageOf(error));
    }
    if (text === undefined) throw notJson(index, `a ${typeof message} has no JSON form`);
    if (text.length > LARGEST_MESSAGE) {
      throw new AppError(
        'too-large',
        'BUS.MESSAGE_TOO_LARGE',
        `Message ${index} has ${text.length} characters, the bus carries ${LARGEST_MESSAGE}`,
      );
    }
    return text;
  });
}

/** The messages of such texts, made afresh with each call. */
export function fromTexts(texts: readonly string[]): unknown[] {
  return texts.map((text) => JSON.parse(text) as unknown);
}

/** Their length together. */
export function charactersOf(texts: readonly string[]): number {
  let characters = 0;
  for (const text of texts) characters += text.length;
  return characters;
}

/** Messages as JSON: a text for each, or one that is an array of them. */
export type MessagesJson = readonly string[] | string;

/** The messages, made afresh with each call. One by one is far faster than all out of one long text. */
export function fromJson(json: MessagesJson): unknown[] {
  return typeof json === 'string' ? (JSON.parse(json) as unknown[]) : fromTexts(json);
}

/** The JSON array of such texts. */
export function arrayText(texts: readonly string[]): string {
  return `[${texts.join(',')}]`;
}

/** The same in UTF-8. For long batches: their text is never made, which would cost more than all else about it. */
export function arrayBytes(texts: readonly string[]): Buffer {
  return utf8Of(texts, ',', '[', ']');
}

function notJson(index: number, why: string): AppError {
  return new AppError('invalid', 'BUS.NOT_JSON', `Message ${index} is not a JSON value: ${why}`, {
    errors: [{ pointer: `/${index}`, detail: why }],
  });
}
