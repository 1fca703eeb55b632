import { eventUid } from '@mcm/contracts';
import { type CandidateEvent, SOURCES } from '@mcm/sources';
import { IngestionConfig } from '../ingestion.config.js';
import { EventNormaliser, nativeCandidate, type NormaliseResult } from './event-normaliser.js';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const normaliser = new EventNormaliser(new IngestionConfig(), SOURCES);
const normalise = (candidate: CandidateEvent): NormaliseResult =>
  normaliser.normalise(candidate, {
    defaultSource: 'api',
    receivedAt: NOW,
    correlationId: 'request-1',
    lookForUnstorable: true,
    measureSize: true,
  });
const good: CandidateEvent = {
  event_id: 'e-1',
  event_type: 'login_failed',
  user: 'alice',
  timestamp: '2026-11-23T11:59:00+01:00',
  raw_data: { ip: '203.0.113.7' },
};
const envelope = (candidate: CandidateEvent) => {
  const result = normalise(candidate);
  if ('fault' in result) throw new Error(result.fault.reason);
  return result;
};
const reasons = (candidate: CandidateEvent) => {
  const result = normalise(candidate);
  if (!('fault' in result)) throw new Error('expected a fault');
  return result.fault.errors;
};
const nested = (levels: number) => {
  let value: unknown = 1;
  for (let i = 0; i < levels; i += 1) value = { a: value };
  return value;
};

describe('EventNormaliser', () => {
  it('builds the envelope', () => {
    expect(envelope(good).envelope).toEqual({
      uid: eventUid('api', 'e-1'),
      event_id: 'e-1',
      source: 'api',
      event_type: 'login_failed',
      user: 'alice',
      timestamp: '2026-11-23T10:59:00.000Z',
      received_at: '2026-11-23T12:00:00.000Z',
      correlation_id: 'request-1',
      content_hash: expect.stringMatching(/^[\w-]{22}$/),
      raw_data: { ip: '203.0.113.7' },
    });
  });

  it('fills in what a producer may leave out', () => {
    const { event_id, timestamp, raw_data } = envelope({ event_type: 'x', user: 'bob' }).envelope;
    expect(event_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(timestamp).toBe('2026-11-23T12:00:00.000Z');
    expect(raw_data).toEqual({});
  });

  it('reports all problems together, each with its place', () => {
    expect(
      reasons({ user: 7, timestamp: 'soon', raw_data: [], event_id: '' }).map((error) => error.pointer),
    ).toEqual(['/event_type', '/user', '/event_id', '/timestamp', '/raw_data']);
  });

  it.each(['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2026-11-24T12:00:00Z', '2026-02-30T00:00:00Z'])(
    'refuses the timestamp %s',
    (timestamp) => {
      expect(reasons({ ...good, timestamp })[0]!.pointer).toBe('/timestamp');
    },
  );

  it('tolerates a clock that runs ahead a little', () => {
    expect(envelope({ ...good, timestamp: '2026-11-23T12:10:00Z' }).envelope.timestamp).toBe(
      '2026-11-23T12:10:00.000Z',
    );
  });

  it('replaces characters that no database holds, and says where', () => {
    const { envelope: result, warnings } = envelope({
      ...good,
      raw_data: { agent: 'curl\u0000', list: ['\ud800'], 'k\u0000': { fine: 'ü' } },
    });
    expect(result.raw_data).toEqual({ agent: 'curl\uFFFD', list: ['\uFFFD'], 'k\uFFFD': { fine: 'ü' } });
    expect(warnings.map((warning) => warning.pointer)).toEqual([
      '/raw_data/agent',
      '/raw_data/list/0',
      '/raw_data',
    ]);
  });

  it('refuses such characters in what identifies an event', () => {
    expect(reasons({ ...good, event_id: 'a\u0000' })[0]!.pointer).toBe('/event_id');
  });

  it.each(['cloudtrail', 'GitHub', ' okta ', 'ｏｋｔａ', 'google\u200b-workspace'])(
    'leaves the source %j to the endpoint for its records',
    (source) => {
      expect(normalise({ ...good, source, user: 7 })).toMatchObject({
        fault: {
          code: 'SOURCE.RESERVED',
          reason: expect.stringMatching(/taken at POST \/sources\/(cloudtrail|github|okta|google-workspace)/),
          errors: [{ pointer: '/user' }, { pointer: '/source' }],
        },
      });
    },
  );

  it('takes any other source', () => {
    expect(envelope({ ...good, source: 'okta-bridge' }).envelope.source).toBe('okta-bridge');
  });

  it('refuses what nests too deeply, however deeply', () => {
    expect(reasons({ ...good, raw_data: nested(10_000) })[0]!.detail).toContain('64 levels');
    expect(envelope({ ...good, raw_data: nested(64) })).toBeDefined();
  });

  it('refuses an event larger than the limit, and takes one just below it', () => {
    expect(reasons({ ...good, raw_data: { text: 'x'.repeat(1024 * 1024) } })[0]!.detail).toContain(
      'INGEST_EVENT_LIMIT',
    );
    expect(envelope({ ...good, raw_data: { text: 'x'.repeat(1_000_000) } })).toBeDefined();
  });

  it('keeps a field named __proto__ as a field', () => {
    const raw_data = JSON.parse('{"__proto__": {"admin": true}, "a": "\\u0000"}') as Record<string, unknown>;
    const kept = envelope({ ...good, raw_data }).envelope.raw_data;
    expect(Object.keys(kept)).toEqual(['__proto__', 'a']);
    expect((kept as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe('the content of an event', () => {
  const hashOf = (candidate: CandidateEvent, receivedAt = NOW) => {
    const result = normaliser.normalise(candidate, {
      defaultSource: 'api',
      receivedAt,
      correlationId: `request-${receivedAt}`,
      lookForUnstorable: true,
      measureSize: true,
    });
    if ('fault' in result) throw new Error(result.fault.reason);
    return result.envelope.content_hash;
  };
  const untimed = { ...good, timestamp: undefined };

  it.each([
    [
      'its fields stand in another order',
      { ...untimed, raw_data: { b: [{ d: 1, c: 2 }], a: 1 } },
      { ...untimed, raw_data: { a: 1, b: [{ c: 2, d: 1 }] } },
    ],
    ['its time is written in another zone', good, { ...good, timestamp: '2026-11-23T10:59:00.000Z' }],
    ['it says that its source is the one it has anyway', good, { ...good, source: 'api' }],
  ])('is the same when %s', (_, one, other) => {
    expect(hashOf(one)).toBe(hashOf(other));
  });

  it('is the same whenever an event without a time is received', () => {
    expect(hashOf(untimed, NOW)).toBe(hashOf(untimed, NOW + 60_000));
  });

  it.each([
    ['type', { event_type: 'login_success' }],
    ['user', { user: 'mallory' }],
    ['time', { timestamp: '2026-11-23T11:59:01+01:00' }],
    ['time, which it leaves out,', { timestamp: undefined }],
    ['raw data', { raw_data: { ip: '203.0.113.8' } }],
    ['raw data, where only a null is more,', { raw_data: { ip: '203.0.113.7', location: null } }],
  ])('is another when its %s differs', (_, change) => {
    expect(hashOf({ ...good, ...change })).not.toBe(hashOf(good));
  });

  it('is the record where a vendor wrote one, however this version reads it', () => {
    const record = { eventID: '1', eventName: 'DeleteTrail' };
    expect(hashOf({ ...good, content: record, event_type: 'another' })).toBe(
      hashOf({ ...good, content: record }),
    );
    expect(hashOf({ ...good, content: { ...record, eventName: 'StopLogging' } })).not.toBe(
      hashOf({ ...good, content: record }),
    );
  });

  it('needs no hash where the id was made here', () => {
    expect(hashOf({ ...good, event_id: undefined })).toBeUndefined();
  });
});

describe('nativeCandidate', () => {
  it('refuses a misspelt field by name', () => {
    expect(nativeCandidate({ event_type: 'x', user: 'u', rawdata: {} })).toMatchObject({
      faults: [{ pointer: '/rawdata' }],
    });
  });

  it.each([[null], [7], ['text'], [[]]])('refuses %j', (value) => {
    expect(nativeCandidate(value)).toMatchObject({ code: 'EVENT.INVALID' });
  });
});
