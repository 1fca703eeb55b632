import { AppError } from '@mcm/kernel';
import {
  actorOf,
  type CandidateEvent,
  type Delivery,
  faultAt,
  isObject,
  type ItemFault,
  objectOf,
  one,
  recordId,
  recordsDelivery,
  recordTime,
  type SourceSubmission,
  textOf,
  withFields,
  type Wrapping,
} from '../kit/index.js';
import { githubAuditMapping } from './github-audit.mapping.js';
import { githubWebhookMapping } from './github-webhook.mapping.js';

/** What GitHub says about a delivery outside of its body, where the signature does not reach. */
export const EVENT_HEADER = 'x-github-event';
export const DELIVERY_HEADER = 'x-github-delivery';

const RECORD_NAMESPACE = 'aaf98d4f-e8aa-5535-ae83-0b05ef997fcd';

const NO_EVENT =
  'this is what a webhook delivers, without its header X-GitHub-Event, which says what it is about; records of the audit log have an action such as repo.create';

/**
 * Whether this is the payload of a webhook: it holds whole objects where the audit log names people and places, and its
 * action is a single word where that of the audit log has a category before a dot.
 */
function isWebhookPayload(record: Readonly<Record<string, unknown>>): boolean {
  const action = textOf(record['action']);
  return (
    ['sender', 'repository', 'organization', 'enterprise', 'installation', 'hook'].some((name) =>
      isObject(record[name]),
    ) ||
    (action !== undefined && !action.includes('.'))
  );
}

/** Maps a record of the audit log of an organization or enterprise. */
export function githubAuditCandidate(record: unknown): CandidateEvent | ItemFault {
  if (!isObject(record)) return faultAt('GITHUB.INVALID', '', 'a record must be an object');
  if (isWebhookPayload(record)) return faultAt('GITHUB.NO_EVENT', '', NO_EVENT);
  const action = textOf(record['action']);
  if (action === undefined) {
    const detail = record['action'] === undefined ? 'is missing' : 'must be a text';
    return faultAt('GITHUB.INVALID', '/action', detail);
  }
  const mapping = githubAuditMapping(record);
  return {
    event_id: recordId(RECORD_NAMESPACE, record['_document_id'], record),
    event_type: mapping?.event_type ?? `github.${action}`,
    user: actorOf(mapping?.user, record['actor'], record['user'], record['actor_id']),
    // Milliseconds from REST and streaming; exports and forwarders write seconds and texts. Git events have no `created_at`.
    ...recordTime(record, ['@timestamp', 'created_at']),
    raw_data: withFields(record, mapping?.fields ?? {}),
  };
}

/**
 * Maps what a webhook delivers. What the body leaves to the headers, the kind of event and the id of the delivery, is
 * kept beside it as `github_event` and `github_delivery`; who, whom and where are there under the names of the audit log.
 */
export function githubWebhookCandidate(
  event: string,
  delivery: string | undefined,
  payload: Readonly<Record<string, unknown>>,
): CandidateEvent {
  const action = textOf(payload['action']);
  const mapping = githubWebhookMapping(event, payload);
  return {
    // A delivery that is sent again keeps its id.
    event_id: recordId(RECORD_NAMESPACE, delivery, { event, payload }),
    event_type:
      mapping?.event_type ?? (action === undefined ? `github.${event}` : `github.${event}.${action}`),
    user: actorOf(
      mapping?.user,
      objectOf(payload['sender'])['login'],
      objectOf(payload['pusher'])['name'],
      objectOf(payload['organization'])['login'],
    ),
    ...webhookTime(payload),
    raw_data: withFields(payload, {
      github_event: event,
      github_delivery: delivery,
      ...auditNames(payload),
      ...mapping?.fields,
    }),
  };
}

/** What the audit log has for every record, under its names, so that a rule may watch both. */
function auditNames(payload: Readonly<Record<string, unknown>>) {
  const login = (person: unknown) => textOf(objectOf(person)['login']);
  return {
    actor: login(payload['sender']),
    org: login(payload['organization']),
    repo: textOf(objectOf(payload['repository'])['full_name']),
    user: login(payload['member']) ?? login(objectOf(payload['membership'])['user']),
  };
}

/** Payloads have no time of their own; where what happened has one, it is that, else the time of arrival. */
function webhookTime(payload: Readonly<Record<string, unknown>>): ReturnType<typeof recordTime> {
  const [subject, field] =
    payload['action'] === 'opened'
      ? (['pull_request', 'created_at'] as const)
      : payload['action'] === 'closed'
        ? (['pull_request', 'closed_at'] as const)
        : (['deployment_status', 'created_at'] as const);
  const times = objectOf(payload[subject]);
  return times[field] === undefined || times[field] === null ? {} : recordTime(times, [field], `/${subject}`);
}

const WRAPPING: Wrapping = {
  lists: [],
  whole(body) {
    if (isWebhookPayload(body))
      throw new AppError('invalid', 'GITHUB.NO_EVENT', `The body cannot be read: ${NO_EVENT}.`);
    return 'action' in body ? { record: body } : null;
  },
  code: 'GITHUB.INVALID',
  expected:
    'Expected records of the GitHub audit log (a list, one record, or one record per line), or a webhook with its X-GitHub-Event header.',
};

/** The headers that a delivery is read with. */
export type GithubHeader = typeof EVENT_HEADER | typeof DELIVERY_HEADER;

/** How a body is divided: records of the audit log, or one payload where the headers say that it is a webhook's. */
export function githubDelivery(submission: SourceSubmission<GithubHeader>): Delivery {
  const event = textOf(submission.headers[EVENT_HEADER]);
  if (event === undefined && submission.headers[DELIVERY_HEADER] !== undefined) {
    throw new AppError('invalid', 'GITHUB.NO_EVENT', `The body cannot be read: ${NO_EVENT}.`);
  }
  return event === undefined
    ? recordsDelivery(submission, WRAPPING, one(githubAuditCandidate))
    : webhookDelivery(event, submission.headers[DELIVERY_HEADER]);
}

/** What a webhook delivers is one JSON object, whatever lists are in it. */
function webhookDelivery(event: string, delivery: string | undefined): Delivery {
  return {
    form: 'json',
    lists: [],
    whole(payload) {
      if (isObject(payload)) return { record: payload };
      throw new AppError('invalid', 'GITHUB.INVALID', 'What a webhook delivers must be one JSON object.');
    },
    expand: one((payload) => ({
      ...githubWebhookCandidate(event, delivery, payload as Record<string, unknown>),
      content: { event, payload },
    })),
  };
}
