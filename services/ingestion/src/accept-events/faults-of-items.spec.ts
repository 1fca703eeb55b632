import { gzipSync } from 'node:zlib';
import { type RunningIntake, startIntake } from '../../test/running-intake.js';

const LINES = { 'content-type': 'application/x-ndjson' };

describe('What is said of items that cannot be taken', () => {
  let intake: RunningIntake;
  beforeEach(() => {
    intake = startIntake();
  });
  afterEach(() => intake.close());

  it('names all faults of each item, by its index and in order', async () => {
    const receipt = await intake.submit('events', [
      { event_type: 7, rawdata: {}, time: 'now', timestamp: 'yesterday' },
      { event_type: 'x', user: 'alice' },
      { specversion: '0.3', id: 7, type: 'x' },
      { event_type: 'x', user: 'alice', warnings: [], content: 1, faults: [] },
    ]);
    expect(receipt.accepted).toBe(1);
    const places = receipt.rejected.map(({ index, code, errors }) => [
      index,
      code,
      ...errors.map(({ pointer }) => pointer),
    ]);
    expect(places).toEqual([
      [0, 'EVENT.INVALID', '/rawdata', '/time', '/event_type', '/user', '/timestamp'],
      [2, 'CLOUDEVENT.INVALID', '/specversion', '/id', '/source'],
      [3, 'EVENT.UNKNOWN_FIELD', '/warnings', '/content', '/faults'],
    ]);
    expect(receipt.rejected[0]?.reason).toMatch(
      /rawdata is not a field .*; user is missing; timestamp must be/,
    );
  });

  it('names twenty of many unknown fields', async () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`field${n}`, n]));
    const { rejected } = await intake.submit('events', [many, { event_type: 'x', user: 'alice' }]);
    expect(rejected[0]?.errors).toHaveLength(22);
  });

  it.each([
    [
      'lines sent as JSON',
      '{"event_type":"x","user":"a"}\n{"event_type":"x","user":"b"}',
      {},
      /x-ndjson.*line 2, column 1/,
    ],
    [
      'lines whose newlines were lost',
      '{"event_type":"x","user":"a"}{"event_type":"y","user":"b"}',
      {},
      /x-ndjson.*--data-binary/,
    ],
  ])('gives a hint for %s', async (_, body, headers, hint) => {
    await expect(intake.submit('events', body, headers)).rejects.toMatchObject({
      code: 'INTAKE.MALFORMED_JSON',
      message: expect.stringMatching(hint),
    });
  });

  it.each([
    [
      'lines whose newlines were lost',
      '{"event_type":"x","user":"a"}{"event_type":"y","user":"b"}',
      /--data-binary/,
    ],
    [
      'a list over several lines',
      '[\n{"event_type":"x","user":"a"},\n{"event_type":"x","user":"b"}\n]',
      /application\/json/,
    ],
    ['an event over several lines', '{\n  "event_type": "x"\n}', /application\/json/],
    ['a list on one line', '[{"event_type":"x","user":"a"}]', /application\/json/],
  ])('gives a hint for %s sent as lines', async (_, body, hint) => {
    const { rejected } = await intake.submit('events', body, LINES);
    expect(rejected[0]?.reason).toMatch(hint);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream', ''])(
    'reads gzip under the content type %j',
    async (type) => {
      const body = gzipSync('[{"event_type":"x","user":"a"}]');
      expect(await intake.submit('events', body, { 'content-type': type })).toMatchObject({ accepted: 1 });
    },
  );
});
