import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { PostgresBackend, type PostgresBackendOptions } from '@mcm/queue/bullmq';
import { arrayBytes } from '../../message-text.js';
import { type BatchData, INSIDE_PREFIX } from './batch-data.js';

const compress = promisify(deflateRaw);
const decompress = promisify(inflateRaw);

/**
 * Done here, on another thread, at its fastest and in one piece: the server spends ten times as long on writing four hundred
 * kilobytes and their log as on the eighty that are left of them.
 */
const COMPRESSION = { level: 1, memLevel: 9, chunkSize: 256 * 1024 } as const;

/** Characters' worth of stored data that is gathered into one batch. */
const GATHER_BYTES = 4 * 1024 * 1024;
/** Most jobs looked at when gathering. */
const GATHER_JOBS = 500;

const PENDING = `
  SELECT COALESCE(SUM(name::bigint), 0)::text AS messages FROM job
   WHERE queue = $1 AND state NOT IN ('completed', 'failed')`;

// One statement, so that a message is always in exactly one job. Only jobs without a try are taken, in
// their first form and with their messages inside: what failed before keeps its own history. Sizes are read without
// reading the data.
const GATHER = `
  WITH mine AS (
    SELECT name::bigint AS messages, pg_column_size(data) AS bytes, data->>'messages' AS texts FROM job
     WHERE queue = $1 AND id = $2 AND state = 'active' AND lock_token = $3
       FOR UPDATE
  ), waiting AS (
    SELECT id, seq, name::bigint AS messages, pg_column_size(data) AS bytes FROM job
     WHERE queue = $1 AND state = 'waiting' AND attempts_started = 0
       AND id LIKE '${INSIDE_PREFIX}%' AND id NOT LIKE '%-%'
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

// Not waited for: the commit of the job, which comes after it, brings this to disk too.
const KEEP = `
  INSERT INTO batch (queue, id, messages)
  SELECT $1, $2, $3::bytea FROM set_config('synchronous_commit', 'off', true) ON CONFLICT (queue, id) DO NOTHING`;

const READ = 'SELECT messages FROM batch WHERE queue = $1 AND id = $2';

// Not waited for: what a crash brings back is swept up.
const FORGET = `
  DELETE FROM batch USING set_config('synchronous_commit', 'off', true)
   WHERE queue = $1 AND id = ANY($2::text[])`;

/** Texts are written before their job: one that is young may yet get it. */
const SWEEP = `
  DELETE FROM batch WHERE queue = $1 AND stored_at < now() - interval '1 hour'
     AND NOT EXISTS (SELECT FROM job WHERE job.queue = batch.queue AND job.id = batch.id)`;

/** The texts of long batches, compressed. Beside BullMQ's tables, because its jobs are what says whether a text is still needed. */
const CREATE_TABLE = `
  CREATE TABLE IF NOT EXISTS batch (
    queue text NOT NULL,
    id text NOT NULL,
    messages bytea NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT batch_pkey PRIMARY KEY (queue, id)
  )`;

/** What BullMQ has no call for, on the queue of one consumer. */
export class BatchStore {
  constructor(
    private readonly backend: PostgresBackend,
    private readonly queueName: string,
  ) {}

  /** Creates the table of long batches. Running it again does no harm. */
  static async migrate(options: PostgresBackendOptions): Promise<void> {
    await PostgresBackend.createShortLivedTable(options, {
      table: 'batch',
      definition: CREATE_TABLE,
      payload: 'messages',
    });
  }

  /** Stores the messages of a batch; its job comes after it. Keeping them again changes nothing. */
  async keep(id: string, texts: readonly string[]): Promise<void> {
    await this.backend.query(KEEP, [this.queueName, id, await compress(arrayBytes(texts), COMPRESSION)]);
  }

  /** The messages of a batch as a JSON array; null when there is none. */
  async read(id: string): Promise<string | null> {
    const [row] = await this.backend.query<{ messages: Buffer }>(READ, [this.queueName, id]);
    return row === undefined ? null : (await decompress(row.messages)).toString();
  }

  /** Removes the texts of batches whose jobs are gone. */
  async forget(ids: readonly string[]): Promise<void> {
    await this.backend.query(FORGET, [this.queueName, ids]);
  }

  /** Removes what a crash between a batch and its removal left behind. */
  async sweep(): Promise<void> {
    await this.backend.query(SWEEP, [this.queueName]);
  }

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
