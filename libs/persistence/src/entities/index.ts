import { ApiKey } from './api-key.js';
import { Identity } from './identity.js';
import { LegalHold } from './legal-hold.js';
import { OidcAttempt } from './oidc-attempt.js';
import { OneTimeLink } from './one-time-link.js';
import { Person } from './person.js';
import { RecoveryCode } from './recovery-code.js';
import { Session } from './session.js';

export { ApiKey } from './api-key.js';
export { Identity } from './identity.js';
export { OidcAttempt } from './oidc-attempt.js';
export { LegalHold } from './legal-hold.js';
export { type LinkKind, OneTimeLink } from './one-time-link.js';
export { isFromProvider, Person } from './person.js';
export { RecoveryCode } from './recovery-code.js';
export { Session, type SessionStage } from './session.js';

/** Plain records, which are read and written through repositories of TypeORM. */
export const ENTITIES = [
  ApiKey,
  Identity,
  LegalHold,
  OidcAttempt,
  OneTimeLink,
  Person,
  RecoveryCode,
  Session,
] as const;
