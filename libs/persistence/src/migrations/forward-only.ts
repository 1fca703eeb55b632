import { AppError } from '@mcm/kernel';

/** The way back of a migration: there is none, because undoing it would lose what was written since. */
export function forwardOnly(): Promise<never> {
  return Promise.reject(
    new AppError(
      'internal',
      'PERSISTENCE.FORWARD_ONLY',
      'Migrations are not undone: restore a backup or write a new migration.',
    ),
  );
}
