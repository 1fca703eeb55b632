import { AppError, type ErrorKind } from '@mcm/kernel';

/** Why a sign-in with the provider came to nothing, in words for people. The dashboard shows its own for each code. */
const FAILURES = {
  'AUTH.OIDC_BUSY': ['too-many', 'Too many sign-ins are under way. Try again in a few minutes.'],
  'AUTH.OIDC_UNAVAILABLE': ['unavailable', 'The OpenID provider does not answer. Try again later.'],
  'AUTH.OIDC_EXPIRED': [
    'conflict',
    'The sign-in took too long, or was started in another browser. Start again.',
  ],
  'AUTH.OIDC_DENIED': ['forbidden', 'The OpenID provider did not let you in.'],
  'AUTH.OIDC_INVALID': ['forbidden', 'The answer of the OpenID provider is not valid.'],
  'AUTH.OIDC_NO_ROLE': ['forbidden', 'The OpenID provider gives you no role here.'],
  'AUTH.OIDC_DISABLED': ['forbidden', 'Your account is disabled.'],
  'AUTH.OIDC_FULL': ['conflict', 'There is no room for another person.'],
} as const satisfies Record<string, readonly [ErrorKind, string]>;

/** Code of a failed sign-in with the provider. */
export type OidcFailureCode = keyof typeof FAILURES;

/** A sign-in with the provider that came to nothing. */
export class OidcFailure extends AppError {
  constructor(
    readonly reason: OidcFailureCode,
    cause?: unknown,
  ) {
    const [kind, detail] = FAILURES[reason];
    super(kind, reason, detail, { cause });
  }
}
