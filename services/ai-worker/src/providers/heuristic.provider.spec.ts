import type { Severity } from '@mcm/contracts';
import type { FindingFacts } from './enrichment-provider.js';
import { HeuristicProvider } from './heuristic.provider.js';

const facts = (rule_name: string, severity: Severity): FindingFacts => ({
  id: 1,
  rule_name,
  title: 'Title',
  description: 'alice did something.',
  severity,
  user: 'alice',
  event_count: 3,
});
const score = async (rule: string, severity: Severity) =>
  (await new HeuristicProvider().enrich(facts(rule, severity))).risk_score;

describe('HeuristicProvider', () => {
  it.each([
    ['single_failed_login', 'low', 20],
    ['multiple_failed_logins', 'medium', 50],
    ['too_many_failed_logins', 'high', 80],
    ['too_many_failed_logins_critical', 'critical', 95],
    ['some_rule', 'unheard_of' as Severity, 40],
    ['public_bucket_detected', 'low', 90],
    ['privilege_escalation_admin', 'high', 90],
    ['privilege_escalation_admin', 'critical', 95],
    ['api_token_admin_scope', 'high', 92],
    ['deployment_failed', 'high', 85],
    ['deployment_failed', 'medium', 50],
  ] as const)('scores %s of severity %s with %i', async (rule, severity, expected) => {
    expect(await score(rule, severity)).toBe(expected);
  });

  it('names its inputs and says the same every time', async () => {
    const provider = new HeuristicProvider();
    const first = await provider.enrich(facts('multiple_failed_logins', 'medium'));
    expect(first.explanation).toContain('multiple_failed_logins');
    expect(first.explanation).toContain('alice');
    expect(first.explanation).toContain('medium');
    expect(await provider.enrich(facts('multiple_failed_logins', 'medium'))).toEqual(first);
  });
});
