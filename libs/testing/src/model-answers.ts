/** What a model is told about a finding, as far as answers for tests need it. */
export interface ModelFacts {
  rule: {
    title: string;
    severity: string;
    rule_score: number;
    user: string;
    controls: Record<string, string[]>;
  };
  events: { id: string; event_type: string; user: string; fields: Record<string, unknown> }[];
}

/** A statement of an answer. */
export interface ModelClaim {
  text: string;
  evidence: { event: string; field: string }[];
}

/** The form of an answer; a test may change any part of it. */
export interface ModelAnswer {
  score: unknown;
  confidence: string;
  summary: string;
  what_happened: ModelClaim[];
  why_it_matters: ModelClaim[];
  check_next: ModelClaim[];
  harmless_if: ModelClaim[];
  controls: string[];
}

/** An answer that holds: with the rule's own score, evidence that exists, and the first control. */
export function goodAnswer(facts: ModelFacts | null, changes: Partial<ModelAnswer> = {}): ModelAnswer {
  const first = facts?.events[0];
  const event = first === undefined ? [] : [{ event: first.id, field: 'event_type' }];
  const rule = [{ event: 'rule', field: 'severity' }];
  const [framework, controls] = Object.entries(facts?.rule.controls ?? {})[0] ?? [];
  return {
    score: facts?.rule.rule_score ?? 50,
    confidence: 'medium',
    summary: `${facts?.rule.user ?? 'A user'} set off the rule.`,
    what_happened: [
      {
        text: `The events show ${first?.event_type ?? 'nothing'} by ${first?.user ?? 'an unknown user'}.`,
        evidence: first ? event : rule,
      },
    ],
    why_it_matters: [{ text: `The rule rates this ${facts?.rule.severity ?? 'low'}.`, evidence: rule }],
    check_next: [{ text: 'Ask the person whether it was them.', evidence: [] }],
    harmless_if: [{ text: 'It is harmless if the person confirms it.', evidence: [] }],
    controls: framework === undefined ? [] : [`${framework}:${controls?.[0]}`],
    ...changes,
  };
}
