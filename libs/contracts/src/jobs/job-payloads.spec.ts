import { payloadFault } from './job-payloads.js';

describe('payloadFault', () => {
  it.each([
    ['enrich-finding', { finding_id: 7 }],
    ['enrich-finding', { finding_id: 7, asked_by: 'another program' }],
    ['enrich-finding', { finding_id: 7, refresh: true }],
    ['enrich-finding-later', { finding_id: 7, cause: 'run' }],
    ['enrich-findings', {}],
    ['enrich-findings', { which: 'not_by_model', severity: ['high'], run_id: 'bulk-1' }],
    ['control-enrichment', { id: 'bulk-1', action: 'retry', fallbacks: true }],
    ['estimate-enrichment', { limit: 5 }],
    ['export-evaluation-set', { after: 0, limit: 5 }],
    ['enrich-findings', { finding_ids: [1, 2], limit: 5 }],
    ['replay-rules', { from: '2026-01-01T00:00:00Z' }],
    ['reload-rules', { requested_by: 'ann', skip_faulty: true }],
    ['advance-rules', {}],
    ['maintain-storage', {}],
    ['remove-findings', { before: '2026-01-01T00:00:00Z', held: [{ from: null, to: '2025-12-31' }] }],
    ['restore-day', { day: '2026-01-15' }],
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
    ['enrich-finding', { finding_id: 7, refresh: 1 }, 'refresh must be true or false'],
    ['enrich-finding-later', { finding_id: 7 }, 'cause must be one of run, policy'],
    ['enrich-findings', { which: 'all' }, 'which must be one of missing, not_by_model'],
    ['enrich-findings', { severity: 'high' }, 'severity must be a list of low, medium, high, critical'],
    ['enrich-findings', { run_id: 7 }, 'run_id must be a text'],
    [
      'control-enrichment',
      { id: 'bulk-1', action: 'stop' },
      'action must be one of pause, resume, cancel, retry',
    ],
    [
      'estimate-enrichment',
      { finding_ids: [0] },
      'finding_ids must be a list; each of it a whole number above 0',
    ],
    ['export-evaluation-set', { after: -1, limit: 1 }, 'after must be 0 or a whole number above 0'],
    ['enrich-findings', { limit: -1 }, 'limit must be a whole number above 0'],
    ['reload-rules', { skip_faulty: 1 }, 'skip_faulty must be true or false'],
    [
      'preview-rule',
      { from: '2026-01-01T00:00:00Z' },
      'rule must be an object with yaml, or with rule_id and what to change',
    ],
    ['restore-day', { day: 'yesterday' }, 'day must be a day such as 2026-01-15'],
    ['explain-finding', { finding_id: 0 }, 'finding_id must be a whole number above 0'],
    ['remove-exchanges', {}, 'before must be a time in ISO 8601'],
    [
      'remove-findings',
      { before: '2026-01-01T00:00:00Z', held: [{ from: 'yesterday', to: null }] },
      'held must be a list of days, each as {"from": "2026-01-31", "to": "2026-02-01"} or null where it has no bound',
    ],
    ['replay-rules', { to: 1 }, 'to must be a time in ISO 8601'],
  ] as const)('says what is wrong with %s %j', (name, payload, reason) => {
    expect(payloadFault(name, payload)).toBe(reason);
  });
});
