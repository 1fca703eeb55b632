import type { CorrelationRule, EventRule } from '../document/rule-document.js';
import type { RuleSet } from '../rule-set.js';

/**
 * What decides what the windows of a correlation hold, by its id: the texts of the correlation, of all correlations it
 * is tied to through references, of the rules they are over, and of the filters of these. Where two rule sets give a
 * correlation the same signature, its windows fit into either.
 */
export function windowSignatures(rules: RuleSet): Map<string, string> {
  const correlations = new Map(rules.correlations().map((rule) => [rule.id, rule]));
  const events = new Map(rules.eventRules().map((rule) => [rule.id, rule]));
  const tied = tiedTogether(correlations);
  const signatures = new Map<string, string>();
  for (const group of new Set(tied.values())) {
    const texts = [...group].sort().map((id) => describe(correlations.get(id)!, events));
    const signature = JSON.stringify(texts);
    for (const id of group) signatures.set(id, JSON.stringify([id, signature]));
  }
  return signatures;
}

/** For each correlation all that hang together with it, itself included. */
function tiedTogether(correlations: ReadonlyMap<string, CorrelationRule>): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>();
  for (const id of correlations.keys()) groups.set(id, new Set([id]));
  for (const { id, references } of correlations.values()) {
    for (const reference of references) {
      const other = groups.get(reference.id);
      const own = groups.get(id)!;
      if (other === undefined || other === own) continue;
      for (const member of other) {
        own.add(member);
        groups.set(member, own);
      }
    }
  }
  return groups;
}

function describe(rule: CorrelationRule, events: ReadonlyMap<string, EventRule>): unknown {
  return [
    rule.id,
    rule.contentHash,
    rule.references.map(({ id }) => {
      const event = events.get(id);
      return event === undefined
        ? id
        : [id, event.contentHash, event.filters.map((filter) => filter.contentHash)];
    }),
  ];
}
