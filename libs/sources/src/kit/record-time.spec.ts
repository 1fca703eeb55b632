import { recordTime } from './record-time.js';

const ISO = '2026-11-23T10:00:00.123Z';
const MILLISECONDS = Date.parse(ISO);

describe('recordTime', () => {
  it.each([
    ['seconds with a fraction', MILLISECONDS / 1000],
    ['milliseconds', MILLISECONDS],
    ['microseconds', MILLISECONDS * 1000],
    ['nanoseconds', MILLISECONDS * 1_000_000],
    ['digits in a text', String(MILLISECONDS)],
    ['seconds in a text', String(MILLISECONDS / 1000)],
    ['nanoseconds in a text', `${MILLISECONDS}000000`],
    ['ISO 8601', ISO],
    ['ISO 8601 with a zone', '2026-11-23T11:00:00.123+01:00'],
  ])('reads %s', (_what, time) => {
    expect(recordTime({ time }, ['time'])).toEqual({ timestamp: ISO });
  });

  it('reads whole seconds, and the first second of 2000', () => {
    expect(recordTime({ time: 1_700_000_000 }, ['time'])).toEqual({ timestamp: '2023-11-14T22:13:20.000Z' });
    expect(recordTime({ time: 946_684_800 }, ['time'])).toEqual({ timestamp: '2000-01-01T00:00:00.000Z' });
  });

  it.each([0, -1, '0', 946_684_799, 12_345, '1999-12-31T23:59:59Z', '0001-01-01T00:00:00Z'])(
    'leaves %j to the time of receipt, with a warning',
    (time) => {
      expect(recordTime({ time }, ['time'], '/id')).toEqual({
        warnings: [{ pointer: '/id/time', detail: 'lies before 2000; the time of receipt was taken' }],
      });
    },
  );

  it.each([undefined, null])('says that a time is missing (%j)', (time) => {
    expect(recordTime({ time }, ['time', 'created_at'])).toEqual({
      warnings: [{ pointer: '/time', detail: 'is missing; the time of receipt was taken' }],
    });
  });

  it('takes the next field where the first one has no usable time', () => {
    expect(recordTime({ a: null, b: 0, c: ISO }, ['a', 'b', 'c'])).toEqual({ timestamp: ISO });
  });

  it.each(['yesterday', '', {}, [], true, 1e308, Number.NaN])(
    'hands on what is no time, to be refused: %j',
    (time) => {
      expect(recordTime({ time }, ['time'])).toEqual({ timestamp: time });
    },
  );
});
