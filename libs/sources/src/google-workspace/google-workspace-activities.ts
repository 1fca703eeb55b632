import {
  actorOf,
  type CandidateEvent,
  contentId,
  type Delivery,
  faultAt,
  isObject,
  objectOf,
  objectsOf,
  recordId,
  recordsDelivery,
  type RecordExpansion,
  type RecordPart,
  recordTime,
  type SourceSubmission,
  textOf,
  withFields,
  type Wrapping,
} from '../kit/index.js';
import { googleWorkspaceMapping } from './google-workspace.mapping.js';

const RECORD_NAMESPACE = 'd50e7eee-ced4-5158-af00-84a6622ecc48';

/** How deeply messages within parameters are read; deeper ones stay as they came. */
const MESSAGE_DEPTH = 8;

/** What the activities around further events may add up to, in characters of JSON: a small body must not become a huge one. */
const REPEATED_LIMIT = 64 * 1024 * 1024;

/** Events of one activity. */
const EVENTS_LIMIT = 1_000;

/** The kinds of values that a parameter can have; one of them is set. */
const VALUES = ['value', 'multiValue', 'intValue', 'multiIntValue', 'boolValue'] as const;

/** Parameters by name: they come as a list of names and values, in which no rule could tell which value is whose. */
function parametersOf(list: unknown, depth = 0): Readonly<Record<string, unknown>> {
  if (isObject(list)) return list;
  return Object.fromEntries(
    objectsOf(list).flatMap((parameter) => {
      const name = textOf(parameter['name']);
      return name === undefined ? [] : [[name, valueOf(parameter, depth)]];
    }),
  );
}

function valueOf(parameter: Readonly<Record<string, unknown>>, depth: number): unknown {
  const kind = VALUES.find((candidate) => parameter[candidate] !== undefined);
  if (kind !== undefined) return parameter[kind];
  const { messageValue, multiMessageValue } = parameter;
  if (depth >= MESSAGE_DEPTH) return messageValue ?? multiMessageValue;
  if (messageValue !== undefined) return parametersOf(objectOf(messageValue)['parameter'], depth + 1);
  return objectsOf(multiMessageValue).map((message) => parametersOf(message['parameter'], depth + 1));
}

/** The names under which a Cloud Logging export has the same facts, which public rules for `gcp` ask for. */
function exportNames(application: string, name: string, parameters: Readonly<Record<string, unknown>>) {
  return {
    eventService: `${application}.googleapis.com`,
    eventName: name,
    new_value: parameters['NEW_VALUE'],
    old_value: parameters['OLD_VALUE'],
    setting_name: parameters['SETTING_NAME'],
  };
}

function candidate(
  activity: Readonly<Record<string, unknown>>,
  application: string,
  event: Readonly<Record<string, unknown>>,
  eventId: string | undefined,
): CandidateEvent {
  const name = textOf(event['name'])?.trim();
  const parameters = parametersOf(event['parameters']);
  const actor = objectOf(activity['actor']);
  const mapping = name === undefined ? null : googleWorkspaceMapping(application, name, activity, parameters);
  const type = `google_workspace.${application}`;
  return {
    event_id: eventId,
    event_type: mapping?.event_type ?? (name === undefined ? type : `${type}.${name}`),
    user: actorOf(
      mapping?.user,
      actor['email'],
      parameters['affected_email_address'],
      actor['key'],
      actor['profileId'],
    ),
    ...recordTime(objectOf(activity['id']), ['time'], '/id'),
    raw_data: withFields(activity, {
      type: event['type'],
      name,
      parameters: Object.keys(parameters).length > 0 ? parameters : undefined,
      ...(name === undefined ? {} : exportNames(application, name, parameters)),
      ...mapping?.fields,
    }),
  };
}

/**
 * Maps an activity of the Reports API
 * (https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities/list): each of its events becomes
 * one event, with the activity around it. Activities that were flattened on their way (the event's name and parameters
 * beside `id` and `actor`) are read too.
 */
export function googleWorkspaceCandidates(activity: unknown): readonly RecordPart[] {
  if (!isObject(activity)) {
    const result = faultAt('GOOGLE_WORKSPACE.INVALID', '', 'an activity must be an object');
    return [{ part: activity, result }];
  }
  const id = objectOf(activity['id']);
  const application = textOf(id['applicationName']);
  if (application === undefined) {
    const result = faultAt('GOOGLE_WORKSPACE.INVALID', '/id/applicationName', 'is missing, or no text');
    return [{ part: activity, result }];
  }
  const { events } = activity;
  if (!Array.isArray(events) || events.length === 0) {
    const eventId = contentId(RECORD_NAMESPACE, activity);
    return [{ part: activity, result: candidate(activity, application, activity, eventId) }];
  }
  // Time and qualifier together identify an activity of an application.
  const parts = [id['customerId'], application, id['time'], id['uniqueQualifier']].map(textOf);
  const own = parts.includes(undefined) ? undefined : parts.join('/');
  return (events as unknown[]).map((event, index) => {
    if (!isObject(event)) {
      const result = faultAt('GOOGLE_WORKSPACE.INVALID', `/events/${index}`, 'must be an object');
      return { part: event, result };
    }
    const alone = { ...activity, events: [event] };
    // The same activity has another tag and kind when it is pushed than when it is fetched.
    const { etag: _etag, kind: _kind, ...content } = alone as Readonly<Record<string, unknown>>;
    const eventId =
      own === undefined
        ? contentId(RECORD_NAMESPACE, { index, alone })
        : recordId(RECORD_NAMESPACE, `${own}/${index}`, { index, alone });
    return { part: alone, result: { ...candidate(alone, application, event, eventId), content } };
  });
}

/** Characters of what is around the events of an activity; 0 when it nests too deeply to be kept anyway. */
function charactersAround(activity: Readonly<Record<string, unknown>>): number {
  try {
    return JSON.stringify({ ...activity, events: [] }).length;
  } catch (error) {
    if (error instanceof RangeError) return 0;
    throw error;
  }
}

/**
 * Expands activities one after the other as long as what is repeated stays within bounds. An activity beyond them is
 * refused whole, so that it can be sent again alone.
 */
function boundedExpansion(): RecordExpansion {
  let repeated = 0;
  return (activity) => {
    const further =
      isObject(activity) && Array.isArray(activity['events']) ? activity['events'].length - 1 : 0;
    if (further > 0) {
      const more = further * charactersAround(objectOf(activity));
      if (further >= EVENTS_LIMIT || repeated + more > REPEATED_LIMIT) {
        const detail =
          'are so many, here or in the request, that keeping each with its activity would take too much';
        return [{ part: activity, result: faultAt('GOOGLE_WORKSPACE.TOO_MANY_EVENTS', '/events', detail) }];
      }
      repeated += more;
    }
    return googleWorkspaceCandidates(activity);
  };
}

const WRAPPING: Wrapping = {
  lists: [['items']],
  whole(body) {
    // A page of the Reports API without activities has no "items".
    if (body['kind'] === 'admin#reports#activities') return { records: [] };
    return isObject(body['id']) ? { record: body } : null;
  },
  code: 'GOOGLE_WORKSPACE.INVALID',
  expected:
    'Expected a page of the Reports API ({"items": […]}) or activities: a list, one activity, or one per line.',
};

/** How a body is divided: pages of the Reports API, or activities. */
export function googleWorkspaceDelivery(submission: SourceSubmission): Delivery {
  return recordsDelivery(submission, WRAPPING, boundedExpansion());
}
