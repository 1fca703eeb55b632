import { AppError } from '@mcm/kernel';
import {
  databaseError,
  DataSource,
  type EntityManager,
  type FindingDraft,
  jsonBatches,
  PIPELINE_DATA_SOURCE,
  toSafeInteger,
  withConflictRetry,
} from '@mcm/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { writeWithEpisodes } from './episode-writer.js';
import { namesake, withoutNamesakes } from './namesakes.js';
import { INSERT_AND_COUNT, SELECT_BY_KEY } from './finding-sql.js';
import type { UpsertedFinding } from './upserted-finding.js';

/** Writes findings and, with them, how many there are. */
@Injectable()
export class FindingStore {
  constructor(@Inject(PIPELINE_DATA_SOURCE) private readonly dataSource: DataSource) {}

  /**
   * Writes drafts so that doing it again changes nothing.
   *
   * An event finding is written once; a later draft with its key finds it as it is, unless it is about an event of the same
   * identity on another day, which gets a finding of its own. An episode belongs to the stored
   * episodes of its rule and group that overlap it in event time: without one it is new, else they become one, in the
   * oldest row, and the draft says what it is now (see `planEpisodes` for drafts that know less than what is stored).
   * Two processes that write the same group follow each other.
   *
   * @param transaction the caller's, which then decides about commit and about trying again
   * @returns the outcome of each draft, in their order
   */
  async upsertBatch(
    drafts: readonly FindingDraft[],
    transaction?: EntityManager,
  ): Promise<UpsertedFinding[]> {
    if (drafts.length === 0) return [];
    for (const draft of drafts) assertGroup(draft);
    const [once, again] = withoutNamesakes(drafts);
    if (again.length === 0) return this.upsertDistinct(drafts, transaction);
    // One after the other, so that the second finds what the first has written.
    const written = await this.upsertDistinct(
      once.map((i) => drafts[i]!),
      transaction,
    );
    const later = await this.upsertBatch(
      again.map((i) => drafts[i]!),
      transaction,
    );
    const outcomes: UpsertedFinding[] = [];
    once.forEach((i, place) => (outcomes[i] = written[place]!));
    again.forEach((i, place) => (outcomes[i] = later[place]!));
    return outcomes;
  }

  private async upsertDistinct(
    drafts: readonly FindingDraft[],
    transaction: EntityManager | undefined,
  ): Promise<UpsertedFinding[]> {
    const runner = transaction ?? this.dataSource;
    const outcomes = drafts.some(({ kind }) => kind === 'correlation')
      ? await this.writeEpisodes(drafts, transaction)
      : await this.writeEvents(drafts, transaction);
    const missing = drafts.flatMap(({ finding_key }, i) => (outcomes[i] === null ? [finding_key] : []));
    if (missing.length === 0) return outcomes as UpsertedFinding[];
    const present = await findByKey(runner, missing);
    const complete: UpsertedFinding[] = [];
    for (const [i, draft] of drafts.entries())
      complete.push(outcomes[i] ?? (await this.foundOrNamesake(draft, present, transaction)));
    return complete;
  }

  private async foundOrNamesake(
    draft: FindingDraft,
    present: ReadonlyMap<string, PresentFinding>,
    transaction: EntityManager | undefined,
  ): Promise<UpsertedFinding> {
    const { first_seen, ...found } = present.get(draft.finding_key) ?? removedMeanwhile(draft);
    if (draft.kind === 'correlation' || first_seen === Date.parse(draft.first_seen)) return found;
    return (await this.upsertDistinct([namesake(draft)], transaction))[0]!;
  }

  /** The common case: one statement, which is its own transaction. */
  private async writeEvents(
    drafts: readonly FindingDraft[],
    transaction: EntityManager | undefined,
  ): Promise<(UpsertedFinding | null)[]> {
    const ids = new Map<string, number>();
    for (const { text } of jsonBatches(drafts)) {
      const rows = await retryUnlessGiven(transaction, (given) =>
        (given ?? this.dataSource).query<{ id: string; finding_key: string }[]>(INSERT_AND_COUNT, [text]),
      );
      for (const { id, finding_key } of rows) ids.set(finding_key, toSafeInteger(id));
    }
    return drafts.map(({ finding_key }) => {
      const id = ids.get(finding_key);
      return id === undefined ? null : { id, created: true, changed: true, revision: 1 };
    });
  }

  private writeEpisodes(
    drafts: readonly FindingDraft[],
    transaction: EntityManager | undefined,
  ): Promise<(UpsertedFinding | null)[]> {
    return retryUnlessGiven(transaction, (given) =>
      given === undefined
        ? this.dataSource.transaction((own) => writeWithEpisodes(own, drafts))
        : writeWithEpisodes(given, drafts),
    );
  }
}

/** Only who began a transaction can begin it again. */
async function retryUnlessGiven<T>(
  given: EntityManager | undefined,
  work: (given: EntityManager | undefined) => Promise<T>,
): Promise<T> {
  if (given === undefined) return withConflictRetry(() => work(undefined));
  try {
    return await work(given);
  } catch (error) {
    throw databaseError(error);
  }
}

/** A finding that was there before; `first_seen` in milliseconds since 1970. */
type PresentFinding = UpsertedFinding & { first_seen: number };

/** Findings that were there before; read after the insert gave way to them, so that they are committed and visible. */
async function findByKey(
  runner: DataSource | EntityManager,
  keys: readonly string[],
): Promise<Map<string, PresentFinding>> {
  try {
    const rows = await runner.query<
      { id: string; finding_key: string; revision: number; first_seen: Date }[]
    >(SELECT_BY_KEY, [keys]);
    return new Map(
      rows.map(({ id, finding_key, revision, first_seen }) => [
        finding_key,
        {
          id: toSafeInteger(id),
          created: false,
          changed: false,
          revision,
          first_seen: first_seen.getTime(),
        },
      ]),
    );
  } catch (error) {
    throw databaseError(error);
  }
}

function assertGroup({ kind, group_key, rule_id }: FindingDraft): void {
  if ((kind === 'correlation') === (group_key !== null)) return;
  throw new AppError(
    'invalid',
    'PERSISTENCE.FINDING_GROUP',
    `A finding of rule ${rule_id} has kind ${kind} and ${group_key === null ? 'no' : 'a'} group key.`,
  );
}

function removedMeanwhile({ finding_key }: FindingDraft): never {
  throw new AppError(
    'unavailable',
    'PERSISTENCE.CONFLICT',
    `The finding ${finding_key} was removed while it was being written again.`,
  );
}
