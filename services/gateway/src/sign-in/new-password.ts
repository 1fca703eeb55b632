import { AppError } from '@mcm/kernel';
import { passwordFault } from './passwords.js';

/**
 * Refuses a new password that is too easy to guess.
 *
 * @param own name and address of the person
 * @throws AppError `AUTH.WEAK_PASSWORD` that says what is wrong, and never repeats the password
 */
export async function requireNewPassword(password: string, own: readonly string[]): Promise<void> {
  const fault = await passwordFault(password, own);
  if (fault === null) return;
  throw new AppError('invalid', 'AUTH.WEAK_PASSWORD', `The password ${fault}.`, {
    errors: [{ pointer: 'password', detail: `The password ${fault}` }],
  });
}
