import { createHash } from 'node:crypto';
import type { RuleProblem } from '@mcm/contracts';
import { type CatalogueRule, type DataSource, RuleCatalogue } from '@mcm/persistence';

/** A rule of the pack `core`. */
export function aRule(id: string, overrides: Partial<CatalogueRule> = {}): CatalogueRule {
  const source = overrides.source ?? `title: ${id}\n`;
  return {
    id,
    name: `${id}_name`,
    title: `Title of ${id}`,
    kind: 'event',
    level: 'medium',
    status: 'test',
    description: null,
    pack: 'core',
    path: `rules/core/${id}.yml`,
    line: 1,
    content_hash: createHash('sha256').update(source).digest('hex'),
    silent: false,
    tags: [],
    tests: 0,
    logsource: { product: 'mcm' },
    correlation: null,
    rule_references: [],
    controls: {},
    runbook: null,
    metadata: {},
    problems: [],
    source,
    ...overrides,
  };
}

/** Puts rules into force, as the rules service does. */
export async function putIntoForce(
  database: DataSource,
  rules: readonly CatalogueRule[],
  problems: readonly RuleProblem[] = [],
): Promise<void> {
  await new RuleCatalogue(database).replace({ requested_by: null, reason: null }, async () => ({
    outcome: 'replace',
    catalogue: {
      fingerprint: JSON.stringify(rules),
      sources: { files: [], placeholders: {} },
      rules,
      problems,
    },
  }));
}
