import { createHmac } from 'node:crypto';
import { AppError } from '@mcm/kernel';
import { sameSecret, type SourceSubmission } from '../kit/index.js';

export const SIGNATURE_HEADER = 'x-hub-signature-256';

/**
 * Checks a delivery against the secret that it was signed with
 * (https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries). Nothing passes unsigned: else a
 * forger would only have to leave the signature away.
 *
 * @throws AppError `SOURCE.UNSIGNED` or `SOURCE.WRONG_SIGNATURE`
 */
export function checkGithubSignature(
  submission: SourceSubmission<typeof SIGNATURE_HEADER>,
  secret: string,
): void {
  const given = submission.headers[SIGNATURE_HEADER];
  if (given === undefined || given === '') {
    throw new AppError(
      'invalid',
      'SOURCE.UNSIGNED',
      'This system takes GitHub records only with a signature (X-Hub-Signature-256), since SOURCE_GITHUB_SECRET is set.',
    );
  }
  const right = `sha256=${createHmac('sha256', secret).update(submission.body).digest('hex')}`;
  if (!sameSecret(given.trim().toLowerCase(), right)) {
    throw new AppError(
      'invalid',
      'SOURCE.WRONG_SIGNATURE',
      'The signature (X-Hub-Signature-256) does not fit the body and the secret in SOURCE_GITHUB_SECRET.',
    );
  }
}
