import { AppError } from '@mcm/kernel';
import {
  actorOf,
  type CandidateEvent,
  faultAt,
  isObject,
  type ItemFault,
  one,
  recordId,
  recordsDelivery,
  recordTime,
  sameSecret,
  textOf,
} from '../../kit/index.js';
import { defineSource } from '../../source.js';

/** Any UUID of your own: records without an id get one made of this and their content. */
const NAMESPACE = 'db022b73-573c-44be-879c-bd2925507582';

/** Maps a passage that a badge reader reports. */
function doorEvent(record: unknown): CandidateEvent | ItemFault {
  if (!isObject(record)) return faultAt('DOORS.INVALID', '', 'a record must be an object');
  const what = textOf(record['what']);
  if (what === undefined) return faultAt('DOORS.INVALID', '/what', 'is missing, or no text');
  return {
    event_id: recordId(NAMESPACE, record['id'], record),
    event_type: `doors.${what}`,
    user: actorOf(record['badge']),
    ...recordTime(record, ['at']),
    raw_data: record,
  };
}

/** The badge readers of Acme. */
export const doors = defineSource({
  name: 'doors',
  title: 'Acme Doors',
  logsources: [{ product: 'acme', service: 'doors' }],
  headers: ['x-acme-token'],
  verification: {
    check({ headers }, secret) {
      if (sameSecret(headers['x-acme-token'] ?? '', secret)) return;
      const detail = 'The header X-Acme-Token does not hold the secret of SOURCE_DOORS_SECRET.';
      throw new AppError('unauthenticated', 'SOURCE.WRONG_SECRET', detail);
    },
  },
  idField: 'id',
  delivery: (submission) =>
    recordsDelivery(
      submission,
      {
        lists: [['passages']],
        whole: (body) => ('what' in body ? { record: body } : null),
        code: 'DOORS.INVALID',
        expected: 'Expected {"passages": […]}, a list of passages, one passage, or one per line.',
      },
      one(doorEvent),
    ),
  modelFields: { word: ['what'], name: ['door'], user: ['badge'] },
  documentation: {
    takes: 'passages `{"passages": […]}`',
    ids: '`id`',
    eventTypes: '`doors.<what>`',
  },
  example: {
    summary: 'A report of a badge reader',
    wrap: (passages) => ({ passages: [...passages] }),
    record: { id: 'p-1', at: '2026-11-23T10:00:00Z', badge: 'dana', what: 'opened', door: 'vault' },
    eventType: 'doors.opened',
  },
});
