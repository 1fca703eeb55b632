import type { Severity } from '@mcm/contracts';

/** What the score of a rule is made from. */
export interface ScoredFinding {
  rule_name: string;
  severity: Severity;
}

/** The score that a rule demands, and why it is not that of the severity alone. */
export interface RuleScore {
  /** 0 to 100. */
  score: number;
  /** That of the severity alone. */
  base: number;
  /** Why the score is higher than that; null when it is not. */
  because: string | null;
}

/** Score by severity before anything else is looked at. */
const BASE: Record<Severity, number> = { low: 20, medium: 50, high: 80, critical: 95 };
/** For a severity that this version does not know. */
const BASE_OTHERWISE = 40;

interface Floor {
  score: number;
  because: string;
  applies(finding: ScoredFinding): boolean;
}

const nameHolds = (part: string) => (finding: ScoredFinding) => finding.rule_name.includes(part);

/** Findings that are never scored lower, whatever their severity. */
const FLOORS: readonly Floor[] = [
  { score: 90, because: 'the rule is about a public bucket', applies: nameHolds('public_bucket') },
  { score: 90, because: 'the rule is about administrator rights', applies: nameHolds('admin') },
  { score: 90, because: 'the rule is about privileges', applies: nameHolds('privilege') },
  {
    score: 92,
    because: 'the token has administrator scope',
    applies: (finding) => finding.rule_name === 'api_token_admin_scope',
  },
  {
    score: 85,
    because: 'a deployment to production failed',
    applies: (finding) => finding.rule_name === 'deployment_failed' && finding.severity === 'high',
  },
];

/** The score that the rule demands of a finding: what the heuristic gives, and what no model goes below. */
export function ruleScore(finding: ScoredFinding): RuleScore {
  const base = BASE[finding.severity] ?? BASE_OTHERWISE;
  const raising = FLOORS.filter((floor) => floor.score > base && floor.applies(finding));
  const score = Math.min(100, Math.max(0, base, ...raising.map((floor) => floor.score)));
  return { score, base, because: raising.find((floor) => floor.score === score)?.because ?? null };
}
