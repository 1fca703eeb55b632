import type { Severity } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { type EntityManager, type FindingDraft, jsonBatches, toSafeInteger } from '@mcm/persistence';
import { type EpisodeRow, type PlannedEpisode, planEpisodes } from './episode-plan.js';
import * as sql from './finding-sql.js';
import type { UpsertedFinding } from './upserted-finding.js';

/** Locks that groups share; two groups on the same one only wait for each other without need. */
export const GROUP_LOCKS = 1024;

/** A change of how many findings there are; 0 when one only changed. */
interface CountChange {
  rule_id: string;
  /** Canonical name. */
  user: string;
  day: string;
  severity: Severity;
  change: number;
}

/** A correlation always has a group; the type of a draft cannot say so. */
type CorrelationDraft = FindingDraft & { group_key: string };

/**
 * Writes a batch that holds episodes, in the transaction it is given. Counts change last and all together.
 *
 * @returns one outcome per draft; null for an event finding whose key was there already
 */
export async function writeWithEpisodes(
  transaction: EntityManager,
  drafts: readonly FindingDraft[],
): Promise<(UpsertedFinding | null)[]> {
  const plans = await planned(transaction, drafts.filter(isCorrelation));
  const episodes = new Set(plans.values());

  const events = drafts.filter(({ kind }) => kind === 'event');
  const created = [...episodes].filter(({ row }) => row === null);
  const inserted = await insert(transaction, [...events, ...created.map(rowOf)]);
  for (const { finding_key, content } of created) {
    if (!inserted.ids.has(finding_key)) throw keyTaken(finding_key, content);
  }
  const touched = [...episodes].filter(({ row }) => row !== null);
  const revisions = await update(transaction, touched);
  const changes = [
    ...inserted.changes,
    ...touched.flatMap((plan) => (revisions.has(plan.row!.id) ? countChanges(plan) : [])),
  ];
  await remove(transaction, touched);
  if (changes.length > 0) await transaction.query(sql.APPLY_COUNTS, [JSON.stringify(changes)]);

  return drafts.map((draft) => {
    const plan = plans.get(draft);
    if (plan?.row) {
      const { id, revision } = plan.row;
      const changed = revisions.get(id);
      return { id, created: false, changed: changed !== undefined, revision: changed ?? revision };
    }
    const id = inserted.ids.get(plan?.finding_key ?? draft.finding_key);
    return id === undefined ? null : { id, created: true, changed: true, revision: 1 };
  });
}

function isCorrelation(draft: FindingDraft): draft is CorrelationDraft {
  return draft.kind === 'correlation';
}

/** Locks the groups, reads what is stored of them and plans each. */
async function planned(
  transaction: EntityManager,
  drafts: readonly CorrelationDraft[],
): Promise<Map<FindingDraft, PlannedEpisode>> {
  const groups = byGroup(drafts);
  const wanted = JSON.stringify([...groups.values()].map(wantedOf));
  await transaction.query(sql.LOCK_GROUPS, [wanted, GROUP_LOCKS]);
  const rows = await transaction.query<StoredEpisodeRow[]>(sql.SELECT_EPISODES, [wanted]);
  const rowsOf = byGroup(rows.map(toEpisodeRow));
  const plans = new Map<FindingDraft, PlannedEpisode>();
  for (const [key, group] of groups) {
    planEpisodes(rowsOf.get(key) ?? [], group).forEach((plan, i) => plans.set(group[i]!, plan));
  }
  return plans;
}

function byGroup<T extends { rule_id: string; group_key: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = JSON.stringify([item.rule_id, item.group_key]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function wantedOf(group: readonly CorrelationDraft[]) {
  const { rule_id, group_key } = group[0]!;
  return {
    rule_id,
    group_key,
    first_seen: iso(Math.min(...group.map((draft) => Date.parse(draft.first_seen)))),
    last_seen: iso(Math.max(...group.map((draft) => Date.parse(draft.last_seen)))),
    keys: group.map(({ finding_key }) => finding_key),
  };
}

type StoredEpisodeRow = Omit<EpisodeRow, 'id' | 'first_seen' | 'last_seen'> & {
  id: string;
  first_seen: Date;
  last_seen: Date;
};

function toEpisodeRow(row: StoredEpisodeRow): EpisodeRow {
  return {
    ...row,
    id: toSafeInteger(row.id),
    first_seen: row.first_seen.getTime(),
    last_seen: row.last_seen.getTime(),
  };
}

/** A new episode as a row; more than one draft of the batch may have shaped it. */
function rowOf(plan: PlannedEpisode): FindingDraft {
  return { ...plan.content!, finding_key: plan.finding_key, ...stateOf(plan) };
}

function stateOf({ first_seen, last_seen, event_count, severity }: PlannedEpisode) {
  return { first_seen: iso(first_seen), last_seen: iso(last_seen), event_count, severity };
}

async function insert(
  transaction: EntityManager,
  rows: readonly FindingDraft[],
): Promise<{ ids: Map<string, number>; changes: CountChange[] }> {
  const ids = new Map<string, number>();
  const changes: CountChange[] = [];
  for (const { text } of jsonBatches(rows)) {
    const inserted = await transaction.query<
      ({ id: string; finding_key: string } & Omit<CountChange, 'change'>)[]
    >(sql.INSERT_ONLY, [text]);
    for (const { id, finding_key, rule_id, user, day, severity } of inserted) {
      ids.set(finding_key, toSafeInteger(id));
      changes.push({ rule_id, user, day, severity, change: 1 });
    }
  }
  return { ids, changes };
}

/** @returns the new revision of each row that was rewritten */
async function update(
  transaction: EntityManager,
  plans: readonly PlannedEpisode[],
): Promise<Map<number, number>> {
  const revisions = new Map<number, number>();
  const rows = plans.map((plan) => ({
    ...plan.content,
    ...stateOf(plan),
    id: plan.row!.id,
    absorbs: plan.absorbed.length > 0,
  }));
  for (const { text } of jsonBatches(rows)) {
    const [updated] = await transaction.query<[{ id: string; revision: number }[], number]>(
      sql.UPDATE_EPISODES,
      [text],
    );
    for (const { id, revision } of updated) revisions.set(toSafeInteger(id), revision);
  }
  return revisions;
}

async function remove(transaction: EntityManager, plans: readonly PlannedEpisode[]): Promise<void> {
  const ids = plans.flatMap(({ absorbed }) => absorbed.map(({ id }) => id));
  if (ids.length > 0) await transaction.query(sql.DELETE_FINDINGS, [ids]);
}

/** What a stored episode that is rewritten does to the counts: it may move, and what it absorbed is gone. */
function countChanges({ row, absorbed, content, severity }: PlannedEpisode): CountChange[] {
  const { rule_id, day } = row!;
  const user = content === null ? row!.user : (content.canonical_user ?? content.user);
  const gone = absorbed.map((other): CountChange => ({ ...countedAs(other), change: -1 }));
  if (severity === row!.severity && user === row!.user) {
    return [...gone, { ...countedAs(row!), change: 0 }];
  }
  return [...gone, { ...countedAs(row!), change: -1 }, { rule_id, user, day, severity, change: 1 }];
}

const countedAs = ({ rule_id, user, day, severity }: EpisodeRow) => ({ rule_id, user, day, severity });

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

function keyTaken(key: string, draft: FindingDraft | null): AppError {
  return new AppError(
    'invalid',
    'PERSISTENCE.FINDING_KEY_TAKEN',
    `The finding key ${key} of rule ${draft?.rule_id} belongs to a finding of another rule or group.`,
  );
}
