import type { FindingDetail } from './api/get-finding';
import { citedEvidence, fieldValues } from './claim-evidence';

type EvidenceEvent = FindingDetail['events'][number];

const event = (uid: string, raw_data: Record<string, unknown>): EvidenceEvent => ({
  id: 1,
  uid,
  event_id: uid,
  source: 'api',
  event_type: 'login_failed',
  user: 'alice',
  canonical_user: 'alice',
  timestamp: '2026-01-15T12:00:00.000Z',
  received_at: '2026-01-15T12:00:00.000Z',
  conflicts_with: null,
  raw_data,
});

describe('fieldValues', () => {
  const given = event('a', {
    ip: '203.0.113.7',
    user: 'eve',
    deep: { list: [{ name: 'x' }, { name: 'y' }], 'dotted.key': 5 },
    nothing: null,
    'a.b': true,
  });

  it.each([
    ['event_type', ['login_failed']],
    ['user', ['alice']],
    ['raw_data.user', ['eve']],
    ['ip', ['203.0.113.7']],
    ['deep.list.name', ['x', 'y']],
    ['deep.dotted.key', ['5']],
    ['a.b', ['true']],
    ['nothing', []],
    ['deep', []],
    ['toString', []],
    ['missing.path', []],
  ])('finds %s', (field, expected) => {
    expect(fieldValues(given, field)).toEqual(expected);
  });
});

describe('citedEvidence', () => {
  it('gathers each value once over the cited events, and says how many there are', () => {
    const events = [
      event('a', { ip: '1' }),
      event('b', { ip: '1' }),
      event('c', { ip: '2' }),
      event('d', { ip: '3' }),
    ];
    expect(citedEvidence({ event_uids: ['b', 'c', 'gone'], field: 'ip' }, events)).toEqual({
      field: 'ip',
      values: ['1', '2'],
      events: 3,
      uid: 'b',
    });
    expect(citedEvidence({ event_uids: [], field: 'severity' }, events)).toEqual({
      field: 'severity',
      values: [],
      events: 0,
      uid: undefined,
    });
  });
});
