import { AppError } from '@mcm/kernel';

/** The refusal of a request that says nothing of who sends it. */
export function signInRequired(detail = 'Sign in, or send an API key.'): AppError {
  return new AppError('unauthenticated', 'AUTH.REQUIRED', detail);
}
