import type { Severity } from '@mcm/contracts';
import type { Enrichment, EnrichmentProvider, FindingFacts } from './enrichment-provider.js';

/** Score by severity before anything else is looked at. */
const BASE: Record<Severity, number> = { low: 20, medium: 50, high: 80, critical: 95 };
/** For a severity that this version does not know. */
const BASE_OTHERWISE = 40;

interface Floor {
  score: number;
  because: string;
  applies(facts: FindingFacts): boolean;
}

const nameHolds = (part: string) => (facts: FindingFacts) => facts.rule_name.includes(part);

/** Findings that are never scored lower, whatever their severity. */
const FLOORS: readonly Floor[] = [
  { score: 90, because: 'the rule is about a public bucket', applies: nameHolds('public_bucket') },
  { score: 90, because: 'the rule is about administrator rights', applies: nameHolds('admin') },
  { score: 90, because: 'the rule is about privileges', applies: nameHolds('privilege') },
  {
    score: 92,
    because: 'the token has administrator scope',
    applies: (facts) => facts.rule_name === 'api_token_admin_scope',
  },
  {
    score: 85,
    because: 'a deployment to production failed',
    applies: (facts) => facts.rule_name === 'deployment_failed' && facts.severity === 'high',
  },
];

/** Scores by severity and rule alone: deterministic, free, and there when no model is. */
export class HeuristicProvider implements EnrichmentProvider {
  enrich(facts: FindingFacts): Promise<Enrichment> {
    const base = BASE[facts.severity] ?? BASE_OTHERWISE;
    const raising = FLOORS.filter((floor) => floor.score > base && floor.applies(facts));
    const risk_score = Math.min(100, Math.max(0, base, ...raising.map((floor) => floor.score)));
    const strongest = raising.find((floor) => floor.score === risk_score);
    const why =
      strongest === undefined
        ? `the base score for severity ${facts.severity}`
        : `at least ${strongest.score} because ${strongest.because} (severity ${facts.severity} alone gives ${base})`;
    const events = facts.event_count === 1 ? 'one event' : `${facts.event_count} events`;
    return Promise.resolve({
      risk_score,
      explanation: `Heuristic score ${risk_score} of 100: ${why}. Rule ${facts.rule_name} fired for ${facts.user} on ${events}: ${facts.description}`,
      source: 'heuristic',
      model: null,
    });
  }
}
