import { type LoadedRules, loadSources, RulesInForce } from '../rule-store/rules-in-force.js';
import { Overrides } from '../rule-store/overrides.js';
import type { SentRules } from './sandbox-messages.js';

/** Read for the task before: mostly the same are in force for the next one. */
let last: LoadedRules | undefined;

/** Reads the rules in force that another process sent. */
export function receivedRules({
  revision,
  fingerprint,
  sources,
  overridesRevision,
  overrides,
}: SentRules): RulesInForce {
  if (last?.fingerprint !== fingerprint) last = loadSources(sources);
  return new RulesInForce(revision, last, new Overrides(overridesRevision, overrides));
}
