import type { RuleProblem } from '@mcm/contracts';
import type { DataSource } from '@mcm/persistence';

/** What the database says about the set of rules in force. */
export interface StoredCatalogue {
  revision: number;
  problems: RuleProblem[];
  /** The latest attempt to replace it; null before there was one. */
  last_load: {
    outcome: 'replaced' | 'unchanged' | 'refused';
    requested_by: string | null;
    reason: string | null;
    rules: number;
    problems: RuleProblem[];
  } | null;
}

export async function storedCatalogue(database: DataSource): Promise<StoredCatalogue> {
  const [catalogue] = await database.query<StoredCatalogue[]>(
    `select revision::int as revision, problems,
            (select to_json(l) from rule_loads l order by id desc limit 1) as last_load
       from rule_catalogue`,
  );
  return catalogue!;
}
