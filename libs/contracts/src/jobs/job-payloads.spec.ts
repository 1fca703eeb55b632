import { payloadFault } from './job-payloads.js';

describe('payloadFault', () => {
  it.each([
    ['enrich-finding', { finding_id: 7 }],
    ['enrich-finding', { finding_id: 7, asked_by: 'another program' }],
    ['enrich-findings', {}],
    ['enrich-findings', { finding_ids: [1, 2], limit: 5 }],
    ['replay-rules', { from: '2026-01-01T00:00:00Z' }],
    ['reload-rules', { requested_by: 'ann', skip_faulty: true }],
    ['advance-rules', {}],
  ] as const)('finds nothing wrong with %s %j', (name, payload) => {
    expect(payloadFault(name, payload)).toBeUndefined();
  });

  it.each([
    ['enrich-finding', null, 'The payload must be an object'],
    ['enrich-finding', [7], 'The payload must be an object'],
    ['enrich-finding', 'seven', 'The payload must be an object'],
    ['enrich-finding', {}, 'finding_id must be a whole number above 0'],
    ['enrich-finding', { finding_id: '7' }, 'finding_id must be a whole number above 0'],
    ['enrich-finding', { finding_id: 1.5 }, 'finding_id must be a whole number above 0'],
    ['enrich-findings', { finding_ids: 7 }, 'finding_ids must be a list; each of it a whole number above 0'],
    ['enrich-findings', { limit: -1 }, 'limit must be a whole number above 0'],
    ['reload-rules', { skip_faulty: 1 }, 'skip_faulty must be true or false'],
    ['preview-rule', { from: '2026-01-01T00:00:00Z' }, 'rule must be an object'],
    ['explain-finding', { finding_id: 0 }, 'finding_id must be a whole number above 0'],
    ['replay-rules', { to: 1 }, 'to must be a time in ISO 8601'],
  ] as const)('says what is wrong with %s %j', (name, payload, reason) => {
    expect(payloadFault(name, payload)).toBe(reason);
  });
});
