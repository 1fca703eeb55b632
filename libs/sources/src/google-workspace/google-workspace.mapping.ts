import { type CatalogueMapping, countryOf, objectOf, textOf } from '../kit/index.js';

type Fields = Readonly<Record<string, unknown>>;

/** The role that may do everything. */
const SUPER_ADMIN = '_SEED_ADMIN_ROLE';

/**
 * What an event of an activity means in the catalogue
 * (https://developers.google.com/workspace/admin/reports/v1/appendix/activity/login); null for all that the catalogue
 * has no type for.
 *
 * @param activity the activity without its events
 * @param parameters those of the event, by name
 */
export function googleWorkspaceMapping(
  application: string,
  name: string,
  activity: Fields,
  parameters: Fields,
): CatalogueMapping | null {
  const place = {
    ip: textOf(activity['ipAddress']),
    location: countryOf(objectOf(activity['networkInfo'])['regionCode']),
  };
  switch (`${application}.${name}`) {
    case 'login.login_success':
      return { event_type: 'login_success', fields: { ...place, success: true } };
    case 'login.login_failure':
      return { event_type: 'login_failed', fields: { ...place, success: false } };
    case 'login.login_challenge':
    case 'login.login_verification': {
      const status = textOf(parameters['login_challenge_status'])?.toLowerCase() ?? '';
      const method = textOf([parameters['login_challenge_method']].flat()[0]);
      if (/pass/.test(status)) {
        return { event_type: 'mfa_success', fields: { ...place, method, success: true } };
      }
      if (/fail|incorrect/.test(status)) {
        return { event_type: 'mfa_failed', fields: { ...place, method, success: false } };
      }
      return { event_type: 'mfa_challenge', fields: { ...place, method } };
    }
    case 'admin.GRANT_ADMIN_PRIVILEGE':
      return roleGiven(activity, parameters, 'admin');
    case 'admin.ASSIGN_ROLE': {
      const role = textOf(parameters['ROLE_NAME']);
      return role === undefined
        ? null
        : roleGiven(activity, parameters, role === SUPER_ADMIN ? 'admin' : role);
    }
    default:
      return null;
  }
}

function roleGiven(activity: Fields, parameters: Fields, new_role: string): CatalogueMapping {
  return {
    event_type: 'permission_changed',
    user: textOf(parameters['USER_EMAIL']),
    fields: { new_role, changed_by: textOf(objectOf(activity['actor'])['email']) },
  };
}
