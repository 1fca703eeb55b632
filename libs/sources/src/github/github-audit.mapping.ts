import { type CatalogueMapping, countryOf, objectOf, textOf } from '../kit/index.js';

type AuditRecord = Readonly<Record<string, unknown>>;

/** The catalogue's roles for the permissions of repositories and organizations; other words stay as they are. */
const ROLES: ReadonlyMap<string, string> = new Map([
  ['read', 'viewer'],
  ['pull', 'viewer'],
  ['triage', 'viewer'],
  ['write', 'developer'],
  ['push', 'developer'],
  ['maintain', 'developer'],
  ['member', 'developer'],
  ['admin', 'admin'],
  ['owner', 'admin'],
]);

/** The catalogue's word for a permission on GitHub. */
export function githubRole(permission: unknown): string | undefined {
  const name = textOf(permission)?.toLowerCase();
  return name === undefined ? undefined : (ROLES.get(name) ?? name);
}

/**
 * What a record of the audit log means in the catalogue
 * (https://docs.github.com/en/enterprise-cloud@latest/admin/monitoring-activity-in-your-enterprise/reviewing-audit-logs-for-your-enterprise/audit-log-events-for-your-enterprise);
 * null for all that the catalogue has no type for.
 */
export function githubAuditMapping(record: AuditRecord): CatalogueMapping | null {
  const place = {
    ip: textOf(record['actor_ip']),
    location: countryOf(objectOf(record['actor_location'])['country_code']),
  };
  switch (record['action']) {
    case 'user.login':
      return { event_type: 'login_success', fields: { ...place, success: true } };
    case 'user.failed_login':
      return { event_type: 'login_failed', fields: { ...place, success: false } };
    case 'user.two_factor_challenge_success':
      return { event_type: 'mfa_success', fields: { ...place, success: true } };
    case 'user.two_factor_challenge_failure':
      return { event_type: 'mfa_failed', fields: { ...place, success: false } };
    case 'org.update_member':
      return roleChange(record, record['old_permission'], record['permission']);
    case 'repo.update_member':
      return roleChange(record, record['old_repo_permission'], record['new_repo_permission']);
    case 'personal_access_token.create':
      return { event_type: 'api_token_created', fields: tokenOf(record, 'created_by') };
    case 'personal_access_token.destroy':
      return { event_type: 'api_token_revoked', fields: tokenOf(record, 'revoked_by') };
    case 'pull_request.create':
      return { event_type: 'pull_request_opened', fields: {} };
    case 'pull_request.merge':
      return { event_type: 'pull_request_merged', fields: {} };
    default:
      return null;
  }
}

function roleChange(record: AuditRecord, before: unknown, after: unknown): CatalogueMapping | null {
  const new_role = githubRole(after);
  if (new_role === undefined) return null;
  return {
    event_type: 'permission_changed',
    user: textOf(record['user']),
    fields: { old_role: githubRole(before), new_role, changed_by: textOf(record['actor']) },
  };
}

function tokenOf(record: AuditRecord, by: string): Record<string, unknown> {
  const id = record['token_id'];
  return { token_id: typeof id === 'number' ? String(id) : textOf(id), [by]: textOf(record['actor']) };
}
