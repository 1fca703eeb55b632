import { AppError, messageOf } from '@mcm/kernel';

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

function notJson(index: number, why: string): AppError {
  return new AppError('invalid', 'BUS.NOT_JSON', `Message ${index} is not a JSON value: ${why}`, {
    errors: [{ pointer: `/${index}`, detail: why }],
  });
}
