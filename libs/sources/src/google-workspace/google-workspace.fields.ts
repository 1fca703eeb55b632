import type { ModelFields } from '../model-fields.js';

/** Activities of Google Workspace. */
export const GOOGLE_WORKSPACE_FIELDS: ModelFields = {
  word: [
    'type',
    'parameters.severity',
    'parameters.visibility',
    'parameters.visibility_change',
    'parameters.login_type',
    'parameters.login_challenge_method',
    'parameters.is_suspicious',
    'parameters.DEVICE_COMPROMISED_STATE',
    'parameters.event_info.mail_event_type',
    'parameters.message_info.is_spam',
    'parameters.message_info.attachment.malware_family',
    'parameters.doc_type',
  ],
  name: [
    'id.applicationName',
    'name',
    'parameters.SETTING_NAME',
    'parameters.ROLE_NAME',
    'parameters.scope',
    'parameters.API_SCOPES',
    'parameters.triggered_actions.action_type',
  ],
  text: ['parameters.app_name', 'parameters.rule_name', 'parameters.NEW_VALUE', 'parameters.OLD_VALUE'],
  user: [
    'actor.email',
    'parameters.USER_EMAIL',
    'parameters.affected_email_address',
    'parameters.email_forwarding_destination_address',
    'parameters.owner',
  ],
  address: ['ipAddress'],
  host: ['parameters.message_info.link_domain'],
  set: ['parameters.doc_title', 'parameters.message_info.subject'],
};
