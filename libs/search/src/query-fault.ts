import { AppError } from '@mcm/kernel';

/**
 * The refusal of a query, as the problem of the parameter `q`.
 *
 * @param at where it goes wrong: an index in the text
 * @param sentence what is wrong and what to write instead, starting in lower case
 */
export function queryFault(at: number, sentence: string): AppError {
  const detail = `q, column ${at + 1}: ${sentence}`;
  return new AppError('invalid', 'SEARCH.INVALID_QUERY', detail, { errors: [{ pointer: 'q', detail }] });
}
