import { createHash } from 'node:crypto';
import type { CatalogueRule, NewCatalogue } from '../src/index.js';

/** A rule of the pack `core` whose text is `text`. */
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

/** A set with these rules, each in a file of its own. */
export function aCatalogue(fingerprint: string, rules: readonly CatalogueRule[]): NewCatalogue {
  return {
    fingerprint,
    sources: { files: rules.map(({ path, source }) => ({ path, text: source })), placeholders: {} },
    rules,
    problems: rules.flatMap(({ problems }) => problems),
  };
}
