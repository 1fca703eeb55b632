import { windowsRecords } from './windows-records.js';

const event = (eventId: number) => ({
  Event: { System: { EventID: eventId, Channel: 'Security' }, EventData: { Text: '}"{[\\' } },
});
const idsOf = (text: string) => windowsRecords(text).map(({ data }) => data['EventID']);

describe('a text of Windows events', () => {
  it.each([
    ['one object', JSON.stringify(event(1)), [1]],
    [
      'objects over many lines',
      [1, 2, 3].map((id) => JSON.stringify(event(id), null, 2)).join('\r\n'),
      [1, 2, 3],
    ],
    ['lines', [1, 2].map((id) => JSON.stringify(event(id))).join('\n'), [1, 2]],
    ['a list', JSON.stringify([event(1), event(2)]), [1, 2]],
    ['a byte order mark', `\uFEFF${JSON.stringify(event(1))}\n`, [1]],
    ['nothing', ' \n', []],
  ])('is read: %s', (_name, text, ids) => {
    expect(idsOf(text)).toEqual(ids);
  });

  it.each(['{"Event": ', '{}}', 'Event'])('is refused when it is not JSON: %s', (text) => {
    expect(() => windowsRecords(text)).toThrow(SyntaxError);
  });
});
