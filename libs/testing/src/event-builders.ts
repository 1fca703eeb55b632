import { eventUid, type EventEnvelope, type FindingReason } from '@mcm/contracts';
import { newId } from '@mcm/kernel';

/** An envelope as ingestion would publish it: a failed login of alice, changed by `overrides`; `uid` follows from them. */
export function anEnvelope(overrides: Partial<Omit<EventEnvelope, 'uid'>> = {}): EventEnvelope {
  const fields = {
    event_id: newId(),
    source: 'api',
    event_type: 'login_failed',
    user: 'alice',
    timestamp: '2026-01-15T12:00:00.000Z',
    received_at: '2026-01-15T12:00:00.000Z',
    correlation_id: newId(),
    raw_data: { ip: '203.0.113.7', user_agent: 'curl/8.0', location: 'Germany', success: false },
    ...overrides,
  };
  return { uid: eventUid(fields.source, fields.event_id), ...fields };
}

/** `count` envelopes, `stepMs` apart in event time, the first at the time of `overrides`. */
export function envelopesInARow(
  count: number,
  stepMs: number,
  overrides: Partial<Omit<EventEnvelope, 'uid' | 'event_id'>> = {},
): EventEnvelope[] {
  const first = anEnvelope(overrides);
  return Array.from({ length: count }, (_, index) =>
    anEnvelope({
      ...overrides,
      timestamp: new Date(Date.parse(first.timestamp) + index * stepMs).toISOString(),
    }),
  );
}

/** Why a finding about {@link anEnvelope} is raised. */
export const A_REASON: FindingReason = {
  kind: 'event',
  condition: {
    kind: 'item',
    matched: true,
    field: 'event_type',
    key: 'event_type',
    patterns: ['login_failed'],
    values: ['login_failed'],
  },
};
