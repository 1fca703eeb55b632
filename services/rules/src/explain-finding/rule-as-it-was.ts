import { loadRules, type RuleSet } from '@mcm/detection';
import type { StoredFindingDetail } from '@mcm/persistence';
import type { RulesInForce } from '../rule-store/rules-in-force.js';
import type { SandboxHost } from '../sandbox/sandbox-messages.js';

/** The rule that raised a finding, with what it is over. */
export interface RuleAsItWas {
  rules: RuleSet;
  version: number;
  source: string;
  /** Whether all of these texts are in force. */
  inForce: boolean;
}

/** Why a rule cannot be had as it was. */
export class RuleGone extends Error {}

/**
 * Puts the rule behind a finding together as it was: its own text, and the texts of the rules it is over as far as the
 * finding names them. What else it is over, and filters, are those in force.
 *
 * @throws RuleGone
 */
export async function ruleAsItWas(
  finding: StoredFindingDetail,
  inForce: RulesInForce,
  host: Pick<SandboxHost, 'ruleVersion'>,
): Promise<RuleAsItWas> {
  const own = await host.ruleVersion(finding.rule_id, finding.rule_hash);
  if (own === null) {
    throw new RuleGone(
      'The text of the rule as it was is not known: the finding is older than the catalogue of rules.',
    );
  }
  const base = inForce.evaluated;
  const texts: { path: string; text: string }[] = [];
  let same = true;
  const take = async (id: string, hash: string) => {
    if (base.get(id)?.contentHash === hash) return;
    same = false;
    const version = await host.ruleVersion(id, hash);
    if (version === null) throw new RuleGone(`The text of the rule ${id} as it was is not known.`);
    texts.push({ path: version.path, text: version.source });
  };
  await take(finding.rule_id, finding.rule_hash);
  for (const { id, contentHash } of referredRules(finding.reasons)) await take(id, contentHash);

  const placeholders: Record<string, string[]> = {};
  for (const [name, values] of Object.entries(inForce.loaded.sources.placeholders))
    placeholders[name] = [...values];
  const { rules } = loadRules(texts, { base, placeholders });
  if (rules.get(finding.rule_id) === undefined) {
    throw new RuleGone('The rule as it was does not work with the other rules in force.');
  }
  return { rules: rules.only([finding.rule_id]), version: own.version, source: own.source, inForce: same };
}

function referredRules(reasons: unknown): { id: string; contentHash: string }[] {
  if (typeof reasons !== 'object' || reasons === null || !('rules' in reasons)) return [];
  if (!Array.isArray(reasons.rules)) return [];
  return (reasons.rules as { id?: unknown; contentHash?: unknown }[]).flatMap(({ id, contentHash }) =>
    typeof id === 'string' && typeof contentHash === 'string' ? [{ id, contentHash }] : [],
  );
}
