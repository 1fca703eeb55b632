import type { ModelFields } from '../model-fields.js';

/** The audit log of GitHub, and what webhooks have in common with it. */
export const GITHUB_FIELDS: ModelFields = {
  word: [
    'operation_type',
    'actor_is_bot',
    'actor_location.country_code',
    'permission',
    'old_permission',
    'membership.role',
    'visibility',
    'previous_visibility',
    'event',
    'repository_selection',
    'read_only',
    'key.read_only',
    'ruleset_enforcement',
    'ruleset_old_enforcement',
    'workflow_run.event',
    'workflow_run.head_repository.fork',
  ],
  name: ['action', 'github_event', 'repo', 'org', 'branch'],
  user: ['actor', 'user'],
  address: ['actor_ip'],
  agent: ['user_agent'],
  host: ['config.url'],
};
