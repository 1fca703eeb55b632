import { gzipSync } from 'node:zlib';
import { type RunningIntake, startIntake } from '../../../test/running-intake.js';
import type { CandidateEvent } from '@mcm/sources';
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
      lookForUnstorable: true,
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
      errors: [{ pointer: '/data' }],
    });
  });

  it('keeps what the data say beside raw_data', () => {
    const data = { user: 'bob', raw_data: { method: 'push' }, ticket: 7 };
    expect(cloudEventCandidate({ ...event, data })).toMatchObject({
      raw_data: { method: 'push', ticket: 7 },
    });
    expect(cloudEventCandidate({ ...event, data: { raw_data: 'text' } })).toMatchObject({
      raw_data: { raw_data: 'text' },
    });
  });

  it('never writes extensions over the data, and leaves out those that are null', () => {
    const data = { cloudevent_extensions: 'own', traceparent: 'own' };
    expect(cloudEventCandidate({ ...event, data, traceparent: 'theirs', unset: null })).toMatchObject({
      raw_data: { ...data, _cloudevent_extensions: { traceparent: 'theirs' } },
    });
    expect((cloudEventCandidate({ ...event, unset: null }) as CandidateEvent).raw_data).toEqual(event.data);
  });

  it.each([
    [{ ...event, specversion: '0.3' }, '/specversion'],
    [{ ...event, id: undefined }, '/id'],
    [{ ...event, source: 7 }, '/source'],
    [{ ...event, type: '' }, '/type'],
  ])('refuses %#', (value, pointer) => {
    expect(cloudEventCandidate(value)).toMatchObject({ errors: [{ pointer }] });
  });

  describe('in binary mode', () => {
    const headers = {
      'ce-id': 'a%20b',
      'ce-source': '/sso',
      'ce-type': 'x',
      'ce-specversion': '1.0',
      'content-type': 'application/json',
      accept: '*/*',
    };
    const attributes = { id: 'a b', source: '/sso', type: 'x', specversion: '1.0' };

    it('takes attributes from headers and data from the body', () => {
      expect(structuredFromBinary(headers, Buffer.from('{"ip":"::1"}'))).toEqual({
        ...attributes,
        datacontenttype: 'application/json',
        data: { ip: '::1' },
      });
    });

    it('decodes headers as the binding says', () => {
      const subject = (value: string) =>
        structuredFromBinary({ ...headers, 'ce-subject': value }, Buffer.alloc(0))['subject'];
      expect(subject('Euro%20%E2%82%AC%20%F0%9F%98%80')).toBe('Euro € 😀');
      expect(subject('"a \\"quoted\\" name"')).toBe('a "quoted" name');
      expect(subject('100%')).toBe('100%');
      for (const invalid of ['%C0%A0', '%FF', 'a%00b']) {
        expect(() => subject(invalid)).toThrow(/ce-subject/);
      }
    });

    it('lets no header say what the data are', () => {
      const forged = { 'ce-data': 'x', 'ce-data_base64': 'eA==', 'ce-datacontenttype': 'text/plain' };
      expect(structuredFromBinary({ ...headers, ...forged }, Buffer.from('{"ip":"::1"}'))).toEqual({
        ...attributes,
        datacontenttype: 'application/json',
        data: { ip: '::1' },
      });
      expect(structuredFromBinary({ ...headers, ...forged }, Buffer.alloc(0))).not.toHaveProperty('data');
    });

    it.each([
      ['text/plain', 'a line', { data: 'a line' }],
      ['text/plain; charset=iso-8859-1', Buffer.from('zoë', 'latin1'), { data: 'zoë' }],
      ['application/xml', '<much wow="xml"/>', { data: '<much wow="xml"/>' }],
      ['application/json', '"just a text"', { data: 'just a text' }],
      ['application/json', '{"ip":"::1"}', { ip: '::1' }],
      ['application/vnd.api+json; charset=utf-8', '[1,2]', { data: [1, 2] }],
      ['application/json', 'null', {}],
      ['image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47]), { data_base64: 'iVBORw==' }],
      ['text/plain', Buffer.from([0x61, 0]), { data_base64: 'YQA=' }],
      ['text/plain; charset=nonsense', 'a', { data_base64: 'YQ==' }],
    ])('%s %j has the shape that it has in structured mode', (type, body, raw_data) => {
      const bytes = Buffer.from(body);
      const isText = 'data' in raw_data && !type.includes('json');
      const structured = {
        ...event,
        datacontenttype: type,
        data: isText ? raw_data.data : undefined,
        ...(isText ? {} : { data_base64: bytes.toString('base64') }),
      };
      const binary = structuredFromBinary({ ...headers, 'content-type': type }, bytes);
      const expected = type.includes('json') ? raw_data : { ...raw_data, datacontenttype: type };
      expect(cloudEventCandidate(binary)).toMatchObject({ event_id: 'a b' });
      expect((cloudEventCandidate(binary) as CandidateEvent).raw_data).toEqual(expected);
      expect((cloudEventCandidate(structured) as CandidateEvent).raw_data).toEqual(expected);
    });

    it('has the same content as a structured event that leaves out that its data are JSON', () => {
      const binary = structuredFromBinary(
        { ...headers, 'ce-id': 'a-1', 'ce-subject': 'alice' },
        Buffer.from('"text"'),
      );
      const { content } = cloudEventCandidate(binary) as CandidateEvent;
      const structured = { ...binary, datacontenttype: undefined };
      expect((cloudEventCandidate(structured) as CandidateEvent).content).toEqual(content);
    });

    it('names data that are not the JSON that they should be', () => {
      expect(cloudEventCandidate(structuredFromBinary(headers, Buffer.from('{"half')))).toMatchObject({
        code: 'CLOUDEVENT.INVALID',
        errors: [{ pointer: '/data' }],
      });
    });
  });
});

describe('CloudEvents at POST /events', () => {
  let intake: RunningIntake;
  beforeEach(() => {
    intake = startIntake();
  });
  afterEach(() => intake.close());
  const headers = {
    'ce-id': 'b-1',
    'ce-source': '/sso',
    'ce-type': 'backup.finished',
    'ce-specversion': '1.0',
    'ce-subject': 'alice',
  };

  it('keep the bytes of binary mode, also those of a gzip that is the data itself', async () => {
    const zipped = gzipSync('{}');
    await intake.submit('events', zipped, { ...headers, 'content-type': 'application/gzip' });
    const bytes = Buffer.from([0, 0xff, 0xfe, 0x80]);
    await intake.submit('events', bytes, { ...headers, 'content-type': 'application/octet-stream' });
    expect(intake.published.map((published) => published.raw_data['data_base64'])).toEqual([
      zipped.toString('base64'),
      bytes.toString('base64'),
    ]);
  });

  it('are decompressed where a header says so', async () => {
    const encoded = { ...headers, 'content-type': 'application/json', 'content-encoding': 'gzip' };
    await intake.submit('events', gzipSync('{"ip":"::1"}'), encoded);
    expect(intake.published).toMatchObject([{ raw_data: { ip: '::1' } }]);
  });

  it('are structured where the content type says so, whatever the headers repeat', async () => {
    const structured = { ...headers, 'content-type': 'application/cloudevents+json' };
    await intake.submit('events', { ...event, id: 'a-2' }, structured);
    expect(intake.published).toMatchObject([{ event_id: 'a-2', event_type: 'login_failed' }]);
  });

  it('keep hidden characters that cannot be stored out of the database', async () => {
    const data_base64 = Buffer.from('{"ip":"a\\u0000b"}').toString('base64');
    const { data: _data, ...rest } = event;
    await intake.submit('events', { ...rest, data_base64 });
    expect(intake.published).toMatchObject([{ raw_data: { ip: 'a\uFFFDb' } }]);
  });

  it('that are refused can be tried again as they are kept', async () => {
    const { 'ce-subject': _subject, ...anonymous } = headers;
    await intake.submit('events', 'a line', { ...anonymous, 'content-type': 'text/plain' });
    const kept = JSON.parse(intake.deadLetters[0]!.message) as object;
    await intake.submit('events', { ...kept, subject: 'alice' });
    expect(intake.published).toMatchObject([
      { event_id: 'b-1', raw_data: { data: 'a line', datacontenttype: 'text/plain' } },
    ]);
  });
});
