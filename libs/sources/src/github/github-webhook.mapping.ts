import { type CatalogueMapping, objectOf, textOf } from '../kit/index.js';
import { githubRole } from './github-audit.mapping.js';

type Payload = Readonly<Record<string, unknown>>;

/** Final states of a deployment; the states between are none of the catalogue's events. */
const DEPLOYMENT_STATES: ReadonlyMap<unknown, string> = new Map([
  ['success', 'deployment_succeeded'],
  ['failure', 'deployment_failed'],
  ['error', 'deployment_failed'],
]);

const ENVIRONMENTS: ReadonlyMap<string, string> = new Map([
  ['production', 'prod'],
  ['live', 'prod'],
  ['stage', 'staging'],
  ['development', 'dev'],
]);

/**
 * What a webhook's delivery means in the catalogue (https://docs.github.com/en/webhooks/webhook-events-and-payloads);
 * null for all that the catalogue has no type for.
 */
export function githubWebhookMapping(event: string, payload: Payload): CatalogueMapping | null {
  switch (event) {
    case 'pull_request':
      return pullRequest(payload);
    case 'deployment':
      return { event_type: 'deployment_started', fields: deploymentOf(payload) };
    case 'deployment_status': {
      const event_type = DEPLOYMENT_STATES.get(objectOf(payload['deployment_status'])['state']);
      return event_type === undefined ? null : { event_type, fields: deploymentOf(payload) };
    }
    case 'member':
      return collaborator(payload);
    default:
      return null;
  }
}

function pullRequest(payload: Payload): CatalogueMapping | null {
  const pull = objectOf(payload['pull_request']);
  const opened = payload['action'] === 'opened';
  if (!opened && !(payload['action'] === 'closed' && pull['merged'] === true)) return null;
  const { additions, deletions } = pull;
  const counted = typeof additions === 'number' && typeof deletions === 'number';
  return {
    event_type: opened ? 'pull_request_opened' : 'pull_request_merged',
    user: opened ? undefined : textOf(objectOf(pull['merged_by'])['login']),
    fields: {
      repo: textOf(objectOf(payload['repository'])['full_name']),
      branch: textOf(objectOf(pull['head'])['ref']),
      lines_changed: counted ? additions + deletions : undefined,
    },
  };
}

function deploymentOf(payload: Payload): Record<string, unknown> {
  const deployment = objectOf(payload['deployment']);
  const environment = textOf(deployment['environment'])?.toLowerCase();
  return {
    service: textOf(objectOf(payload['repository'])['name']),
    environment: environment === undefined ? undefined : (ENVIRONMENTS.get(environment) ?? environment),
    version: textOf(deployment['ref']),
    initiated_by: textOf(objectOf(deployment['creator'])['login']),
  };
}

/** The role of a collaborator of a repository was changed. */
function collaborator(payload: Payload): CatalogueMapping | null {
  const permission = objectOf(objectOf(payload['changes'])['permission']);
  const new_role = githubRole(permission['to']);
  if (payload['action'] !== 'edited' || new_role === undefined) return null;
  return {
    event_type: 'permission_changed',
    user: textOf(objectOf(payload['member'])['login']),
    fields: {
      old_role: githubRole(permission['from']),
      new_role,
      changed_by: textOf(objectOf(payload['sender'])['login']),
    },
  };
}
