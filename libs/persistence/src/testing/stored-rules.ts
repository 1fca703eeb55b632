import { createHash } from 'node:crypto';
import type { RuleProblem } from '@mcm/contracts';
import type { DataSource } from 'typeorm';
import { type CatalogueRule, RULE } from '../tables/index.js';
import { insertRows } from './rows.js';

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

/** Puts the first rules into force, as the rules service does, without the files that they stand in. */
export async function putIntoForce(
  database: DataSource,
  rules: readonly CatalogueRule[],
  problems: readonly RuleProblem[] = [],
): Promise<void> {
  await insertRows(
    database,
    'rules',
    RULE,
    rules.map((rule) => ({ ...rule, version: 1 })),
  );
  await database.query(
    `insert into rule_versions (rule_id, version, content_hash, path, source, loaded_at)
     select id, version, content_hash, path, source, now() from rules`,
  );
  await database.query(
    'update rule_catalogue set revision = revision + 1, problems = $1, loaded_at = now()',
    [JSON.stringify(problems)],
  );
}
