import type { Json } from '@mcm/contracts';
import {
  columnList,
  cutText,
  databaseError,
  DataSource,
  type ExchangeRecord,
  NEW_EXCHANGE,
  recordsFrom,
  storableJson,
  toSafeInteger,
} from '@mcm/persistence';
import { Injectable } from '@nestjs/common';

/** The fixed part of what models are sent. */
export interface PromptRecord {
  version: string;
  system: string;
  answer_schema: object;
}

/** What the cache says to a question. */
export type AnswerClaim<A> =
  /** `tokens` is what asking would have cost again. */
  | { kind: 'answered'; answer: A; exchangeId: number; tokens: number }
  /** Unknown; the caller asks, and stores the result. */
  | { kind: 'claimed' }
  /** Another worker is asking right now: poll again soon. */
  | { kind: 'busy' };

/** Longest answer that is kept, in bytes. */
const RECEIVED_LIMIT_BYTES = 64 * 1024;

const SAVE_PROMPT = `
  insert into ai_prompts (version, system, answer_schema) values ($1, $2, $3::jsonb) on conflict (version) do nothing`;

const INSERT_EXCHANGE = `
  insert into ai_exchanges (${columnList(NEW_EXCHANGE)}, asked_at)
  select ${columnList(NEW_EXCHANGE)}, statement_timestamp() - duration_ms * interval '1 millisecond'
    from ${recordsFrom('$1', 'exchange', NEW_EXCHANGE)}
  returning id, input_hash`;

/** In one statement with the exchange: a killed process leaves an answer that is paid for in the cache, or no trace. */
const INSERT_WITH_ANSWER = `
  with exchange as (${INSERT_EXCHANGE})
  insert into ai_answers (input_hash, exchange_id, answer, answered_at)
  select input_hash, id, $2::jsonb, statement_timestamp() from exchange
  on conflict (input_hash) do update
     set exchange_id = excluded.exchange_id, answer = excluded.answer, answered_at = excluded.answered_at,
         claimed_by = null, claimed_until = null
  returning exchange_id as id`;

/** Answers that were rated wrong are not used again. */
const NOT_WRONG = (answers: string) => `
  not exists (select from enrichment_ratings r where r.exchange_id = ${answers}.exchange_id and r.verdict = 'wrong')`;

const USE_ANSWER = `
  update ai_answers set uses = uses + 1
   where input_hash = $1 and answer is not null
     and answered_at > statement_timestamp() - $2 * interval '1 second' and ${NOT_WRONG('ai_answers')}
  returning exchange_id, answer,
            (select coalesce(x.input_tokens, 0) + coalesce(x.output_tokens, 0) from ai_exchanges x
              where x.id = exchange_id) as tokens`;

/** An answer that is too old, that was rated wrong or is requested again, stays until the next one is there. */
const CLAIM = `
  insert into ai_answers as known (input_hash, claimed_by, claimed_until)
  values ($1, $2, statement_timestamp() + $3 * interval '1 millisecond')
  on conflict (input_hash) do update set claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until
   where (known.claimed_until is null or known.claimed_until < statement_timestamp())
     and ($4 or known.answer is null or known.answered_at <= statement_timestamp() - $5 * interval '1 second'
          or not (${NOT_WRONG('known')}))
  returning input_hash`;

const RELEASE = `
  with unanswered as (
    delete from ai_answers where input_hash = $1 and claimed_by = $2 and answer is null
  )
  update ai_answers set claimed_by = null, claimed_until = null
   where input_hash = $1 and claimed_by = $2 and answer is not null`;

const KNOWN = `
  select input_hash from ai_answers
   where input_hash = any($1::text[]) and answer is not null
     and answered_at > statement_timestamp() - $2 * interval '1 second' and ${NOT_WRONG('ai_answers')}`;

const USUAL_SIZE = `
  select avg(input_tokens)::float8 as input_tokens, avg(output_tokens)::float8 as output_tokens,
         avg(length(sent::text))::float8 as sent_length
    from (select * from ai_exchanges
           where model = $1 and prompt_version = $2 and input_tokens > 0 and output_tokens > 0 and repair_of is null
           order by id desc limit 200) latest
  having count(*) >= 5`;

/** Keeps what was sent to models and what came back, and answers what was asked before. */
@Injectable()
export class ExchangeStore {
  constructor(private readonly dataSource: DataSource) {}

  /** Keeps a version of the fixed part, once. */
  async savePrompt({ version, system, answer_schema }: PromptRecord): Promise<void> {
    await this.query(SAVE_PROMPT, [version, system, JSON.stringify(answer_schema)]);
  }

  /** Keeps an exchange, with `answer` also for requests with the same question; returns its id. */
  async record(exchange: ExchangeRecord, answer?: Json): Promise<number> {
    const { received, duration_ms } = exchange;
    const record: ExchangeRecord = {
      ...exchange,
      received: received === null ? null : cutText(received, RECEIVED_LIMIT_BYTES).text,
      duration_ms: Math.round(duration_ms),
    };
    const rows = await this.query<{ id: string }[]>(
      answer === undefined ? INSERT_EXCHANGE : INSERT_WITH_ANSWER,
      [storableJson([record]), ...(answer === undefined ? [] : [storableJson(answer)])],
    );
    return toSafeInteger(rows[0]!.id);
  }

  /**
   * The answer to a question, or the right to ask it for `claimMs`.
   *
   * @param claimant the worker that asks, a UUID
   * @param options `maxAgeSeconds` of an answer; `refresh` asks again although there is one
   */
  async claim<A>(
    inputHash: string,
    claimant: string,
    options: { claimMs: number; maxAgeSeconds: number; refresh: boolean },
  ): Promise<AnswerClaim<A>> {
    if (!options.refresh) {
      const [rows] = await this.query<[{ exchange_id: string; answer: A; tokens: number }[], number]>(
        USE_ANSWER,
        [inputHash, options.maxAgeSeconds],
      );
      const known = rows[0];
      if (known) {
        const { answer, exchange_id, tokens } = known;
        return { kind: 'answered', answer, exchangeId: toSafeInteger(exchange_id), tokens };
      }
    }
    const claimed = await this.query<unknown[]>(CLAIM, [
      inputHash,
      claimant,
      options.claimMs,
      options.refresh,
      options.maxAgeSeconds,
    ]);
    return { kind: claimed.length > 0 ? 'claimed' : 'busy' };
  }

  /** Gives up a claim without an answer: the next one may ask. */
  async release(inputHash: string, claimant: string): Promise<void> {
    await this.query(RELEASE, [inputHash, claimant]);
  }

  /** Which of these questions have an answer. */
  async known(inputHashes: readonly string[], maxAgeSeconds: number): Promise<Set<string>> {
    const rows = await this.query<{ input_hash: string }[]>(KNOWN, [inputHashes, maxAgeSeconds]);
    return new Set(rows.map((row) => row.input_hash));
  }

  /** Means over the latest exchanges of a model; null when there are too few to go by. */
  async usualSize(
    model: string,
    promptVersion: string,
  ): Promise<{ input_tokens: number; output_tokens: number; sent_length: number } | null> {
    const rows = await this.query<{ input_tokens: number; output_tokens: number; sent_length: number }[]>(
      USUAL_SIZE,
      [model, promptVersion],
    );
    return rows[0] ?? null;
  }

  private async query<T>(sql: string, parameters: unknown[]): Promise<T> {
    try {
      return await this.dataSource.query<T>(sql, parameters);
    } catch (error) {
      throw databaseError(error);
    }
  }
}
