import { type CatalogueMapping, countryOf, objectOf, objectsOf, textOf } from '../kit/index.js';

type LogRecord = Readonly<Record<string, unknown>>;

/** The catalogue's methods for the factors that Okta names; other factors keep their name, in lower case. */
const METHODS: readonly (readonly [RegExp, string])[] = [
  [/PUSH/, 'push'],
  [/SMS|CALL/, 'sms'],
  [/TOTP|OTP|SOFT_TOKEN|GOOGLE_AUTH|TOKEN/, 'totp'],
];

/**
 * What a record of the System Log means in the catalogue (https://developer.okta.com/docs/reference/api/event-types/);
 * null for all that the catalogue has no type for.
 */
export function oktaMapping(record: LogRecord): CatalogueMapping | null {
  const actor = objectOf(record['actor'])['alternateId'];
  const result = objectOf(record['outcome'])['result'];
  const success = result === 'SUCCESS' || result === 'ALLOW';
  const failure = result === 'FAILURE' || result === 'DENY';
  switch (record['eventType']) {
    case 'user.session.start':
      if (success) return { event_type: 'login_success', fields: { ...placeOf(record), success } };
      if (failure) return { event_type: 'login_failed', fields: { ...placeOf(record), success } };
      return null;
    case 'user.authentication.auth_via_mfa': {
      const factor = factorOf(record);
      // The password as first factor: the session event beside it tells of the sign-in.
      if (factor === 'PASSWORD_AS_FACTOR') return null;
      const fields = { ...placeOf(record), method: methodOf(factor), success };
      if (success) return { event_type: 'mfa_success', fields };
      if (failure) return { event_type: 'mfa_failed', fields };
      return null;
    }
    case 'user.mfa.okta_verify.deny_push':
    case 'user.mfa.okta_verify.deny_push_upgrade_needed':
      return { event_type: 'mfa_failed', fields: { ...placeOf(record), method: 'push', success: false } };
    case 'system.push.send_factor_verify_push':
      return { event_type: 'mfa_challenge', fields: { ...placeOf(record), method: 'push' } };
    case 'system.sms.send_factor_verify_message':
      return { event_type: 'mfa_challenge', fields: { ...placeOf(record), method: 'sms' } };
    case 'user.account.privilege.grant':
      if (failure) return null;
      return {
        event_type: 'permission_changed',
        user: targetOf(record, 'User'),
        fields: { new_role: 'admin', changed_by: textOf(actor) },
      };
    case 'system.api_token.create':
      if (failure) return null;
      return {
        event_type: 'api_token_created',
        fields: { token_id: tokenOf(record), created_by: textOf(actor) },
      };
    case 'system.api_token.revoke':
      if (failure) return null;
      return {
        event_type: 'api_token_revoked',
        fields: { token_id: tokenOf(record), revoked_by: textOf(actor) },
      };
    default:
      return null;
  }
}

function placeOf(record: LogRecord): Record<string, unknown> {
  const client = objectOf(record['client']);
  return {
    ip: textOf(client['ipAddress']),
    location: countryOf(objectOf(client['geographicalContext'])['country']),
    user_agent: textOf(objectOf(client['userAgent'])['rawUserAgent']),
  };
}

function factorOf(record: LogRecord): string | undefined {
  const debug = objectOf(objectOf(record['debugContext'])['debugData']);
  return textOf(debug['factor'])?.toUpperCase();
}

function methodOf(factor: string | undefined): string | undefined {
  if (factor === undefined) return undefined;
  return METHODS.find(([pattern]) => pattern.test(factor))?.[1] ?? factor.toLowerCase();
}

/** Whom of a kind the record is about. */
function targetOf(record: LogRecord, type: string): string | undefined {
  return textOf(objectsOf(record['target']).find((target) => target['type'] === type)?.['alternateId']);
}

function tokenOf(record: LogRecord): string | undefined {
  return textOf(objectsOf(record['target'])[0]?.['id']);
}
