import type { CandidateEvent } from '../candidate-event.js';
import { cloudEventCandidate, structuredFromBinary } from './cloud-events.js';

const event = {
  specversion: '1.0',
  id: 'a-1',
  source: '/sso',
  type: 'com.mcm.auth.login_failed.v1',
  time: '2026-11-23T10:00:00Z',
  subject: 'alice',
  data: { ip: '203.0.113.7' },
};

describe('cloudEventCandidate', () => {
  it('maps the attributes', () => {
    expect(cloudEventCandidate(event)).toEqual({
      event_id: 'a-1',
      source: '/sso',
      event_type: 'login_failed',
      user: 'alice',
      timestamp: '2026-11-23T10:00:00Z',
      raw_data: { ip: '203.0.113.7' },
      content: expect.anything(),
    });
  });

  it('has the same content however systems on its way write its time and extend it', () => {
    const content = (changes: object) =>
      (cloudEventCandidate({ ...event, ...changes }) as CandidateEvent).content;
    expect(content({ time: '2026-11-23T11:00:00.000+01:00', traceparent: '00-1-2-00' })).toEqual(content({}));
    for (const change of [{ data: {} }, { subject: 'bob' }, { type: 'x' }, { time: undefined }]) {
      expect(content(change)).not.toEqual(content({}));
    }
  });

  it('prefers what the data says of the event itself', () => {
    const data = { event_type: 'mfa_failed', user: 'bob', raw_data: { method: 'push' } };
    expect(cloudEventCandidate({ ...event, data })).toMatchObject({
      event_type: 'mfa_failed',
      user: 'bob',
      raw_data: { method: 'push' },
    });
  });

  it('keeps a foreign type, extension attributes and data that is no object', () => {
    expect(
      cloudEventCandidate({ ...event, type: 'falco.rule', data: 'text', traceparent: '00-1-2-00' }),
    ).toMatchObject({
      event_type: 'falco.rule',
      raw_data: { data: 'text', cloudevent_extensions: { traceparent: '00-1-2-00' } },
    });
  });

  it('reads JSON in base64', () => {
    const data_base64 = Buffer.from('{"ip":"::1"}').toString('base64');
    expect(cloudEventCandidate({ ...event, data: undefined, data_base64 })).toMatchObject({
      raw_data: { ip: '::1' },
    });
    expect(cloudEventCandidate({ ...event, data_base64: 'e30x' })).toMatchObject({
      code: 'CLOUDEVENT.INVALID',
    });
  });

  it.each([
    [{ ...event, specversion: '0.3' }, '/specversion'],
    [{ ...event, id: undefined }, '/id'],
    [{ ...event, source: 7 }, '/source'],
    [{ ...event, type: '' }, '/type'],
  ])('refuses %#', (value, pointer) => {
    expect(cloudEventCandidate(value)).toMatchObject({ errors: [{ pointer }] });
  });

  it('puts binary mode together', () => {
    const headers = {
      'ce-id': 'a%20b',
      'ce-source': '/sso',
      'ce-type': 'x',
      'ce-specversion': '1.0',
      accept: '*/*',
    };
    expect(structuredFromBinary(headers, { ip: '::1' })).toEqual({
      id: 'a b',
      source: '/sso',
      type: 'x',
      specversion: '1.0',
      data: { ip: '::1' },
    });
  });
});
