import type { ModelFields } from '@mcm/sources';

/** Which fields of which events may be sent at all. */
export interface AllowedFields {
  /** An event type, or the beginning of one followed by `*`. */
  event_type: string;
  fields: ModelFields;
}

const SIGN_IN: ModelFields = { word: ['location', 'success'], address: ['ip'], agent: ['user_agent'] };
const SECOND_FACTOR: ModelFields = {
  word: ['location', 'method', 'device_trusted', 'success'],
  address: ['ip'],
};
const PULL_REQUEST: ModelFields = { name: ['repo'], number: ['lines_changed'], user: ['approved_by'] };
const DEPLOYMENT: ModelFields = { name: ['service'], word: ['environment'], user: ['initiated_by'] };
const BUCKET: ModelFields = { name: ['bucket_name', 'region'], word: ['public'], user: ['changed_by'] };

/** The event types of this system's own catalogue. */
export const ACTIVITY_FIELDS: readonly AllowedFields[] = [
  { event_type: 'login_success', fields: SIGN_IN },
  { event_type: 'login_failed', fields: SIGN_IN },
  { event_type: 'mfa_challenge', fields: SECOND_FACTOR },
  { event_type: 'mfa_failed', fields: SECOND_FACTOR },
  { event_type: 'mfa_success', fields: SECOND_FACTOR },
  { event_type: 'pull_request_opened', fields: PULL_REQUEST },
  { event_type: 'pull_request_merged', fields: PULL_REQUEST },
  {
    event_type: 'permission_changed',
    fields: { word: ['old_role', 'new_role'], user: ['approved_by', 'changed_by'] },
  },
  {
    event_type: 'api_token_created',
    fields: {
      name: ['scopes'],
      word: ['has_expiry'],
      id: ['token_id'],
      user: ['created_by'],
      set: ['expires_at'],
    },
  },
  { event_type: 'api_token_revoked', fields: { id: ['token_id'], user: ['revoked_by'] } },
  { event_type: 'deployment_started', fields: DEPLOYMENT },
  { event_type: 'deployment_succeeded', fields: DEPLOYMENT },
  { event_type: 'deployment_failed', fields: DEPLOYMENT },
  { event_type: 'storage_bucket_created', fields: BUCKET },
  { event_type: 'storage_bucket_permission_changed', fields: BUCKET },
];
