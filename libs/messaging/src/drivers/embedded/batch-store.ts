import type { PostgresBackend } from '@mcm/queue/bullmq';
import type { BatchData } from './batch-data.js';

/** Characters' worth of stored data that is gathered into one batch. */
const GATHER_BYTES = 4 * 1024 * 1024;
/** Most jobs looked at when gathering. */
const GATHER_JOBS = 500;

const PENDING = `
  SELECT COALESCE(SUM(name::bigint), 0)::text AS messages FROM job
   WHERE queue = $1 AND state NOT IN ('completed', 'failed')`;

// One statement, so that a message is always in exactly one job. Only jobs that nobody has tried yet are taken, in
// their first form: what failed before keeps its own history. Sizes are read without reading the data.
const GATHER = `
  WITH mine AS (
    SELECT name::bigint AS messages, pg_column_size(data) AS bytes, data->>'messages' AS texts FROM job
     WHERE queue = $1 AND id = $2 AND state = 'active' AND lock_token = $3
       FOR UPDATE
  ), waiting AS (
    SELECT id, seq, name::bigint AS messages, pg_column_size(data) AS bytes FROM job
     WHERE queue = $1 AND state = 'waiting' AND attempts_started = 0 AND id NOT LIKE '%-%'
       AND EXISTS (SELECT 1 FROM mine)
     ORDER BY priority, seq
     LIMIT ${GATHER_JOBS}
       FOR UPDATE SKIP LOCKED
  ), fitting AS (
    SELECT id FROM (
      SELECT id, SUM(messages) OVER so_far AS messages, SUM(bytes) OVER so_far AS bytes
        FROM waiting WINDOW so_far AS (ORDER BY seq)
    ) AS sums
     WHERE messages + (SELECT messages FROM mine) <= $4 AND bytes + (SELECT bytes FROM mine) <= ${GATHER_BYTES}
  ), taken AS (
    DELETE FROM job WHERE queue = $1 AND id IN (SELECT id FROM fitting)
    RETURNING seq, name::bigint AS messages, data->>'messages' AS texts
  ), merged AS (
    SELECT SUM(messages) AS messages, string_agg(trim_brackets, ',' ORDER BY seq) AS texts
      FROM (SELECT seq, messages, substr(texts, 2, length(texts) - 2) AS trim_brackets FROM taken) AS each
    HAVING COUNT(*) > 0
  )
  UPDATE job
     SET name = (mine.messages + merged.messages)::text,
         data = jsonb_build_object(
           'failures', 0,
           'messages', substr(mine.texts, 1, length(mine.texts) - 1) || ',' || merged.texts || ']')
    FROM mine, merged
   WHERE job.queue = $1 AND job.id = $2
  RETURNING job.name, job.data`;

/** What BullMQ has no call for, on the queue of one consumer. */
export class BatchStore {
  constructor(
    private readonly backend: PostgresBackend,
    private readonly queueName: string,
  ) {}

  /** Messages in jobs that wait, are delayed or active. Reads no data. */
  async pending(): Promise<number> {
    const [row] = await this.backend.query<{ messages: string }>(PENDING, [this.queueName]);
    return Number(row!.messages);
  }

  /**
   * Moves the messages of waiting jobs into the active job that the token holds, up to `maxMessages` in all. Null when
   * there is nothing that fits, or when the job is no longer held.
   */
  async gather(
    jobId: string,
    token: string,
    maxMessages: number,
  ): Promise<{ name: string; data: BatchData } | null> {
    const parameters = [this.queueName, jobId, token, maxMessages];
    const [row] = await this.backend.query<{ name: string; data: BatchData }>(GATHER, parameters);
    return row ?? null;
  }
}
