import { AppError } from '@mcm/kernel';
import { sameSecret, type SourceSubmission } from '../kit/index.js';

/**
 * Checks the secret that an event hook carries in `Authorization`: the text that its operator chose as the
 * "authentication secret", as it is (https://developer.okta.com/docs/concepts/event-hooks/#http-headers). Okta signs
 * nothing, so this is all that tells its deliveries from forged ones.
 *
 * @throws AppError `SOURCE.NO_SECRET` or `SOURCE.WRONG_SECRET`, both `unauthenticated`
 */
export function checkOktaSecret({ headers }: SourceSubmission<'authorization'>, secret: string): void {
  const given = headers['authorization'] ?? '';
  if (given === '') {
    throw new AppError(
      'unauthenticated',
      'SOURCE.NO_SECRET',
      'This system takes Okta records only with the secret of SOURCE_OKTA_SECRET in the header Authorization.',
    );
  }
  // Node reads the bytes of a header as Latin-1; a secret from the environment is UTF-8.
  if (!sameSecret(Buffer.from(given, 'latin1'), secret)) {
    throw new AppError(
      'unauthenticated',
      'SOURCE.WRONG_SECRET',
      'The header Authorization does not hold the secret of SOURCE_OKTA_SECRET.',
    );
  }
}
