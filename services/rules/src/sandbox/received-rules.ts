import { type LoadedRules, loadSources, RulesInForce } from '../rule-store/rules-in-force.js';
import { Switches } from '../rule-store/switches.js';
import type { SentRules } from './sandbox-messages.js';

/** Read for the task before: mostly the same are in force for the next one. */
let last: LoadedRules | undefined;

/** Reads the rules in force that another process sent. */
export function receivedRules({
  revision,
  fingerprint,
  sources,
  switchesRevision,
  switches,
}: SentRules): RulesInForce {
  if (last?.fingerprint !== fingerprint) last = loadSources(sources);
  return new RulesInForce(revision, last, new Switches(switchesRevision, switches));
}
