import { githubAuditCandidate } from './github-records.js';

const record = {
  _document_id: 'doc-1',
  '@timestamp': 1_700_000_000_123,
  action: 'novel.thing',
  actor: 'alice',
};

describe('what records of the GitHub audit log mean', () => {
  const place = { actor_ip: '203.0.113.7', actor_location: { country_code: 'CN' } };

  it.each([
    ['user.login', place, 'login_success', { ip: '203.0.113.7', location: 'China', success: true }],
    ['user.failed_login', place, 'login_failed', { success: false }],
    ['user.two_factor_challenge_failure', place, 'mfa_failed', { location: 'China' }],
    ['user.two_factor_challenge_success', place, 'mfa_success', { success: true }],
    ['personal_access_token.create', { token_id: 42 }, 'api_token_created', { created_by: 'alice' }],
    ['personal_access_token.destroy', { token_id: 42 }, 'api_token_revoked', { revoked_by: 'alice' }],
    ['pull_request.merge', { repo: 'o/r' }, 'pull_request_merged', { repo: 'o/r' }],
    ['pull_request.create', {}, 'pull_request_opened', {}],
    ['org.update_member', {}, 'github.org.update_member', {}],
    ['constructor.name', {}, 'github.constructor.name', {}],
  ])('%s %j is a %s', (action, further, event_type, fields) => {
    expect(githubAuditCandidate({ ...record, action, ...further })).toMatchObject({
      event_type,
      user: 'alice',
      timestamp: '2023-11-14T22:13:20.123Z',
      raw_data: { action, ...fields },
    });
  });

  it.each([
    [{ created_at: 1_700_000_000 }, '2023-11-14T22:13:20.000Z'],
    [{ created_at: 1_700_000_000_123 }, '2023-11-14T22:13:20.123Z'],
    [{ created_at: '1700000000123' }, '2023-11-14T22:13:20.123Z'],
    [{ created_at: '2023-11-14T22:13:20Z' }, '2023-11-14T22:13:20.000Z'],
    [{ '@timestamp': 0, created_at: 1_700_000_000 }, '2023-11-14T22:13:20.000Z'],
  ])('the time of %j is %s', (times, timestamp) => {
    expect(githubAuditCandidate({ action: 'repo.create', ...times })).toMatchObject({ timestamp });
  });

  it.each([
    ['org.update_member', { old_permission: 'read', permission: 'admin' }, 'viewer', 'admin'],
    [
      'repo.update_member',
      { old_repo_permission: 'read', new_repo_permission: 'write' },
      'viewer',
      'developer',
    ],
    ['repo.update_member', { new_repo_permission: 'constructor' }, undefined, 'constructor'],
  ])('%s %j tells whose role changed from what to what', (action, further, old_role, new_role) => {
    const candidate = githubAuditCandidate({ ...record, action, user: 'bob', ...further });
    expect(candidate).toMatchObject({
      event_type: 'permission_changed',
      user: 'bob',
      raw_data: { new_role, changed_by: 'alice', user: 'bob' },
    });
    expect((candidate as { raw_data: object }).raw_data).toEqual(
      expect.objectContaining(old_role === undefined ? {} : { old_role }),
    );
  });
});
