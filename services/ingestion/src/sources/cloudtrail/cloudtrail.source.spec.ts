import { describeSource } from '../../../test/source-suite.js';
import { cloudTrailSource } from './cloudtrail.source.js';

const record = {
  eventID: '00000000-0000-4000-8000-000000000001',
  eventSource: 'novel.amazonaws.com',
  eventName: 'DoSomethingNew',
  eventTime: '2026-11-23T10:00:00Z',
  userIdentity: { type: 'Novel' },
};

describeSource({
  source: cloudTrailSource,
  fixture: 'cloudtrail.ndjson',
  wrap: (records) => ({ Records: records }),
  unknownType: { record, event_type: 'cloudtrail.novel.DoSomethingNew' },
  refused: [
    { record: { ...record, eventName: 7 }, pointer: '/eventName', code: 'CLOUDTRAIL.INVALID' },
    { record: { ...record, eventSource: '' }, pointer: '/eventSource', code: 'CLOUDTRAIL.INVALID' },
    { record: { ...record, eventTime: 'yesterday' }, pointer: '/timestamp', code: 'EVENT.INVALID' },
  ],
});
