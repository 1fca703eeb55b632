import type { RuleProblem } from '@mcm/contracts';
import {
  type CatalogueRule,
  databaseError,
  DataSource,
  type EntityManager,
  queryRows,
  storableJson,
  toSafeInteger,
} from '@mcm/persistence';
import { Injectable } from '@nestjs/common';
import * as sql from './rule-catalogue-sql.js';
import type { RuleSources } from './rule-files.js';

/** A set that shall come into force. */
export interface NewCatalogue {
  fingerprint: string;
  sources: RuleSources;
  rules: readonly CatalogueRule[];
  /** Of all files. */
  problems: readonly RuleProblem[];
}

/** The set in force, or what there is before the first: revision 0. */
export interface CatalogueState {
  revision: number;
  fingerprint: string;
}

/** Who asked for a set of rules and why, as they say. */
export interface LoadRequest {
  requested_by: string | null;
  reason: string | null;
}

/** What to do while no other process can change the set in force. */
export type LoadDecision =
  | { outcome: 'replace'; catalogue: NewCatalogue }
  | { outcome: 'refuse'; rules: number; problems: readonly RuleProblem[] }
  | { outcome: 'keep' };

/** Ids by outcome. */
export interface CatalogueChanges {
  added: string[];
  changed: string[];
  removed: string[];
}

/** Keeps the set of rules in force: every process of the rules service takes its rules from here. */
@Injectable()
export class RuleCatalogue {
  constructor(private readonly dataSource: DataSource) {}

  /** The revisions of the rules and of the overrides; each grows whenever there is something new to read. */
  async revisions(): Promise<{ rules: number; overrides: number }> {
    const [row] = await queryRows<{ rules: string; overrides: string }>(this.dataSource, sql.REVISIONS);
    return { rules: toSafeInteger(row!.rules), overrides: toSafeInteger(row!.overrides) };
  }

  /** The files of the set in force, all of one revision. */
  async inForce(): Promise<CatalogueState & { sources: RuleSources; problems: RuleProblem[] }> {
    const [row] = await queryRows<{
      revision: string;
      fingerprint: string;
      placeholders: Record<string, string[]>;
      problems: RuleProblem[];
      files: RuleSources['files'];
    }>(this.dataSource, sql.IN_FORCE);
    const { revision, fingerprint, placeholders, problems, files } = row!;
    return { revision: toSafeInteger(revision), fingerprint, problems, sources: { files, placeholders } };
  }

  /**
   * Decides about another set while no other process does, and does it: all of it or nothing. A later process waits, and
   * then decides on what is in force by then.
   *
   * @param decide may read files; its error undoes everything
   * @returns the revision in force afterwards, and what is different from before
   */
  async replace(
    request: LoadRequest,
    decide: (present: CatalogueState) => Promise<LoadDecision>,
  ): Promise<{ revision: number; changes: CatalogueChanges }> {
    try {
      return await this.dataSource.transaction(async (transaction) => {
        const [row] = await transaction.query<{ revision: string; fingerprint: string }[]>(sql.LOCK_STATE);
        const present = { revision: toSafeInteger(row!.revision), fingerprint: row!.fingerprint };
        const decision = await decide(present);
        if (decision.outcome === 'keep') {
          await transaction.query(sql.NOTE_UNCHANGED, [request.requested_by, request.reason]);
          return { revision: present.revision, changes: noChanges() };
        }
        if (decision.outcome === 'refuse') {
          const { rules, problems } = decision;
          await note(transaction, 'refused', present.revision, request, rules, problems);
          return { revision: present.revision, changes: noChanges() };
        }
        const { catalogue } = decision;
        const revision = present.revision + 1;
        const changes = await write(transaction, revision, catalogue);
        await note(transaction, 'replaced', revision, request, catalogue.rules.length, catalogue.problems);
        return { revision, changes };
      });
    } catch (error) {
      throw databaseError(error);
    }
  }

  /** A text that a rule has or had; null when it never came into force. */
  async version(
    ruleId: string,
    contentHash: string,
  ): Promise<{ version: number; path: string; source: string } | null> {
    const rows = await queryRows<{ version: number; path: string; source: string }>(
      this.dataSource,
      sql.VERSION,
      [ruleId, contentHash],
    );
    return rows[0] ?? null;
  }
}

function noChanges(): CatalogueChanges {
  return { added: [], changed: [], removed: [] };
}

async function write(
  transaction: EntityManager,
  revision: number,
  { fingerprint, sources, rules, problems }: NewCatalogue,
): Promise<CatalogueChanges> {
  const text = storableJson(rules);
  const files = sources.files.map(({ path, text }, position) => ({ position, path, text }));
  const [changes] = await transaction.query<CatalogueChanges[]>(sql.CHANGES, [text]);
  await transaction.query(sql.ADD_VERSIONS, [text]);
  await transaction.query(sql.CLEAR_RULES);
  await transaction.query(sql.ADD_RULES, [text]);
  await transaction.query(sql.CLEAR_FILES);
  await transaction.query(sql.ADD_FILES, [storableJson(files)]);
  await transaction.query(sql.SET_STATE, [
    revision,
    fingerprint,
    storableJson(sources.placeholders),
    storableJson(problems),
  ]);
  return changes!;
}

async function note(
  transaction: EntityManager,
  outcome: 'replaced' | 'refused',
  revision: number,
  { requested_by, reason }: LoadRequest,
  rules: number,
  problems: readonly RuleProblem[],
): Promise<void> {
  await transaction.query(sql.NOTE_LOAD, [
    outcome,
    revision,
    requested_by,
    reason,
    rules,
    storableJson(problems),
  ]);
}
