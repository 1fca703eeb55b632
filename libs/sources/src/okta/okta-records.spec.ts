import type { CandidateEvent } from '../kit/index.js';
import { oktaCandidate } from './okta-records.js';

const record = {
  uuid: '00000000-0000-4000-8000-000000000001',
  eventType: 'novel.thing.happened',
  published: '2026-11-23T10:00:00.123Z',
};

describe('what records of Okta mean', () => {
  const actor = { alternateId: 'alice@example.com', displayName: 'Alice' };
  const client = {
    ipAddress: '203.0.113.7',
    geographicalContext: { country: 'Russian Federation' },
    userAgent: { rawUserAgent: 'Mozilla/5.0' },
  };
  const place = { ip: '203.0.113.7', location: 'Russia', user_agent: 'Mozilla/5.0' };
  const mapped = (eventType: string, result: string | undefined, further = {}) =>
    oktaCandidate({ ...record, eventType, actor, client, outcome: { result }, ...further }) as CandidateEvent;
  const factor = (name: string) => ({ debugContext: { debugData: { factor: name } } });

  it.each([
    ['user.session.start', 'SUCCESS', {}, 'login_success', { ...place, success: true }],
    ['user.session.start', 'FAILURE', {}, 'login_failed', { ...place, success: false }],
    ['user.session.start', undefined, {}, 'okta.user.session.start', {}],
    ['user.authentication.auth_via_mfa', 'SUCCESS', {}, 'mfa_success', { ...place, success: true }],
    [
      'user.authentication.auth_via_mfa',
      'FAILURE',
      factor('OKTA_VERIFY_PUSH'),
      'mfa_failed',
      { method: 'push', success: false },
    ],
    ['user.authentication.auth_via_mfa', 'FAILURE', factor('SMS_FACTOR'), 'mfa_failed', { method: 'sms' }],
    [
      'user.authentication.auth_via_mfa',
      'FAILURE',
      factor('OKTA_SOFT_TOKEN'),
      'mfa_failed',
      { method: 'totp' },
    ],
    [
      'user.authentication.auth_via_mfa',
      'FAILURE',
      factor('FIDO_WEBAUTHN'),
      'mfa_failed',
      { method: 'fido_webauthn' },
    ],
    [
      'user.authentication.auth_via_mfa',
      'FAILURE',
      factor('PASSWORD_AS_FACTOR'),
      'okta.user.authentication.auth_via_mfa',
      {},
    ],
    ['user.mfa.okta_verify.deny_push', 'FAILURE', {}, 'mfa_failed', { ...place, method: 'push' }],
    ['system.push.send_factor_verify_push', 'SUCCESS', {}, 'mfa_challenge', { method: 'push' }],
    ['system.api_token.revoke', 'SUCCESS', {}, 'api_token_revoked', { revoked_by: 'alice@example.com' }],
    ['system.api_token.create', 'FAILURE', {}, 'okta.system.api_token.create', {}],
  ])('%s with the outcome %s %j is a %s', (eventType, result, further, event_type, fields) => {
    const candidate = mapped(eventType, result, further);
    expect(candidate).toMatchObject({
      event_type,
      user: 'alice@example.com',
      raw_data: { ...fields, eventType },
    });
  });

  it('names whose role changed, and keeps who changed it', () => {
    const target = [{ type: 'User', alternateId: 'bob@example.com' }];
    expect(mapped('user.account.privilege.grant', 'SUCCESS', { target })).toMatchObject({
      event_type: 'permission_changed',
      user: 'bob@example.com',
      raw_data: { new_role: 'admin', changed_by: 'alice@example.com', actor },
    });
  });

  it("never writes over the record's own fields", () => {
    const candidate = mapped('user.session.start', 'SUCCESS', { ip: 'own', location: null, success: 0 });
    expect(candidate.raw_data).toMatchObject({ ip: 'own', location: null, success: 0 });
  });

  it('passes over a name that Okta does not have', () => {
    const nobody = { alternateId: 'unknown', displayName: 'unknown', id: '00u1' };
    expect(oktaCandidate({ ...record, actor: nobody })).toMatchObject({ user: '00u1' });
    expect(oktaCandidate({ ...record, actor: 'text' })).toMatchObject({ user: 'unknown' });
  });
});
