import { readFile } from 'node:fs/promises';
import { loadPlaceholders } from '@mcm/detection';
import { AppError, messageOf } from '@mcm/kernel';
import { problemText } from './problem-text.js';

/**
 * Reads the file that gives placeholders (`%name%`) their values; without a file there are none.
 *
 * @throws AppError `RULES.PLACEHOLDERS` with every fault of the file
 */
export async function readPlaceholders(path: string | undefined): Promise<Record<string, string[]>> {
  if (path === undefined) return {};
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new AppError(
      'invalid',
      'RULES.PLACEHOLDERS',
      `The placeholders at ${path} cannot be read: ${messageOf(error)}`,
      { cause: error },
    );
  }
  const { placeholders, problems } = loadPlaceholders({ path, text });
  if (problems.length > 0)
    throw new AppError('invalid', 'RULES.PLACEHOLDERS', problems.map(problemText).join('\n'));
  return placeholders;
}
