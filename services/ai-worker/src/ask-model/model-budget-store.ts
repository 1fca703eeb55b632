import { ADVISORY_LOCKS } from '@mcm/contracts';
import { databaseError, DataSource, type EntityManager } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';
import { restAfter } from './circuit-breaker.js';
import { decideSlot, type SlotAnswer, type SlotRequest, type SlotState } from './slot-policy.js';

/** The outcome of a request. */
export interface SlotUse {
  inputTokens: number;
  outputTokens: number;
  costUsd: number | null;
}

/** A connection to a model, for those who want to know how it is. */
export interface ProviderSettings {
  fingerprint: string;
  /** Address without credentials; empty when no model is configured. */
  endpoint: string;
  model: string;
  promptVersion: string;
  settings: Readonly<Record<string, string | number | boolean | null>>;
}

/** A worker that waits for a slot and does not ask again is gone. */
const WAIT_MS = 2_000;
const TODAY = `(clock_timestamp() at time zone 'UTC')::date`;

const STATE = `
  select p.refused_code, p.refused_reason, p.last_failure, p.failures,
         p.refused_until > clock_timestamp() as refused,
         extract(epoch from p.blocked_until - clock_timestamp())::float8 * 1000 as blocked_ms,
         extract(epoch from p.open_until - clock_timestamp())::float8 * 1000 as open_ms,
         p.open_until is not null as tripped,
         coalesce(u.input_tokens + u.output_tokens + u.reserved_tokens, 0)::float8 as tokens,
         coalesce(m.requests, 0) as requests,
         extract(epoch from date_trunc('minute', clock_timestamp()) + interval '1 minute' - clock_timestamp())::float8 * 1000
           as minute_ms,
         (select count(*)::int from ai_slots where held and expires_at > clock_timestamp()) as held,
         (select count(*)::int from ai_slots
           where not held and urgent and id <> $2 and expires_at > clock_timestamp()) as urgent_waiting
    from ai_providers p
    left join ai_usage u on u.day = ${TODAY}
    left join ai_usage_minutes m on m.minute = date_trunc('minute', clock_timestamp())
   where p.fingerprint = $1`;

/**
 * What is noted here is worth no wait for a disk: after a power failure the last moment is forgotten, and the slots of
 * that moment with those who held them.
 */
const FORGETFUL = "set_config('synchronous_commit', 'off', true)";

const LOCK = `select pg_advisory_xact_lock($1), ${FORGETFUL}`;

const PUT_SLOT = `
  insert into ai_slots (id, urgent, held, tokens, day, expires_at)
  values ($1, $2, $3, $4, ${TODAY}, clock_timestamp() + $5 * interval '1 millisecond')
  on conflict (id) do update
     set held = excluded.held, tokens = excluded.tokens, day = excluded.day, expires_at = excluded.expires_at`;

/** Also sweeps up after those who died: their reservations stay spent, because the real use is unknown. */
const TAKE_SLOT = `
  with swept as (delete from ai_slots where expires_at < clock_timestamp() and id <> $1),
       forgotten as (delete from ai_usage_minutes where minute < clock_timestamp() - interval '1 hour'),
       counted as (
         insert into ai_usage_minutes as m (minute, requests) values (date_trunc('minute', clock_timestamp()), 1)
         on conflict (minute) do update set requests = m.requests + 1
       ),
       used as (
         insert into ai_usage as u (day, requests, reserved_tokens) values (${TODAY}, 1, $4)
         on conflict (day) do update set requests = u.requests + 1, reserved_tokens = u.reserved_tokens + $4
       )
  ${PUT_SLOT}`;

/** Lets one request through and keeps the others away until it is back. */
const PROBE = `
  update ai_providers set open_until = clock_timestamp() + $2 * interval '1 millisecond' where fingerprint = $1`;

const GIVE_BACK = `
  with slot as (delete from ai_slots where id = $1 returning tokens, day, held),
       forgetful as (select ${FORGETFUL})
  insert into ai_usage as u (day, input_tokens, output_tokens, cost_usd)
  select coalesce((select day from slot), ${TODAY}), $2, $3, coalesce($4::numeric, 0) from forgetful
  on conflict (day) do update
     set input_tokens = u.input_tokens + $2, output_tokens = u.output_tokens + $3,
         cost_usd = u.cost_usd + coalesce($4::numeric, 0),
         reserved_tokens = greatest(0, u.reserved_tokens - coalesce((select tokens from slot where held), 0))`;

const LEAVE = 'delete from ai_slots where id = $1 and not held';

const REGISTER = `
  insert into ai_providers as known (fingerprint, endpoint, model, prompt_version, settings)
  values ($1, $2, $3, $4, $5::jsonb)
  on conflict (fingerprint) do update
     set endpoint = excluded.endpoint, model = excluded.model, prompt_version = excluded.prompt_version,
         settings = excluded.settings, seen_at = excluded.seen_at`;

const SUCCEEDED = `
  update ai_providers
     set failures = 0, open_until = null, last_failure = null, refused_code = null, refused_reason = null,
         refused_until = null
   where fingerprint = $1 and (failures > 0 or open_until is not null or refused_until is not null)`;

const FAILED = `
  update ai_providers set failures = failures + 1, last_failure = $2 where fingerprint = $1 returning failures`;

/** $2: milliseconds; null lets it be asked. */
const REST = `
  update ai_providers set open_until = clock_timestamp() + $2::float8 * interval '1 millisecond' where fingerprint = $1`;

const BLOCKED = `
  update ai_providers
     set blocked_until = greatest(blocked_until, clock_timestamp() + $2 * interval '1 millisecond')
   where fingerprint = $1`;

const REFUSED = `
  update ai_providers
     set refused_code = $2, refused_reason = $3, refused_until = clock_timestamp() + $4 * interval '1 millisecond'
   where fingerprint = $1 and (refused_until is null or refused_until < clock_timestamp())
  returning fingerprint`;

/**
 * Has it decided over all processes who may ask a model, and keeps what was spent. One decision at a time; it takes a few
 * milliseconds, where an answer takes hundreds.
 */
@Injectable()
export class ModelBudgetStore {
  constructor(private readonly dataSource: DataSource) {}

  /** Makes a connection known. One whose settings changed has another fingerprint and begins with a clean state. */
  async register({ fingerprint, endpoint, model, promptVersion, settings }: ProviderSettings): Promise<void> {
    await this.query(REGISTER, [fingerprint, endpoint, model, promptVersion, JSON.stringify(settings)]);
  }

  /** Asks for a slot. What is granted must be given back with {@link giveBack}. */
  async ask(request: SlotRequest): Promise<SlotAnswer> {
    return this.transaction(async (transaction) => {
      await transaction.query(LOCK, [ADVISORY_LOCKS.modelSlots]);
      const [state] = await transaction.query<SlotState[]>(STATE, [request.fingerprint, request.id]);
      const answer = decideSlot(state ?? null, request);
      if (answer.kind === 'granted') await take(transaction, request, state?.tripped === true);
      else if (answer.kind === 'busy') {
        await transaction.query(PUT_SLOT, [request.id, request.urgent, false, 0, WAIT_MS]);
      }
      return answer;
    });
  }

  /** Gives a slot back and counts what was used. */
  async giveBack(id: string, use: SlotUse): Promise<void> {
    await this.query(GIVE_BACK, [id, use.inputTokens, use.outputTokens, use.costUsd]);
  }

  /** Stops waiting for a slot. */
  async leave(id: string): Promise<void> {
    await this.query(LEAVE, [id]);
  }

  /** Notes that the model answered. */
  async succeeded(fingerprint: string): Promise<void> {
    await this.query(SUCCEEDED, [fingerprint]);
  }

  /** Notes that the model did not answer; `open` when it is not asked for a while. */
  async failed(fingerprint: string, reason: string): Promise<{ open: boolean; failures: number }> {
    return this.transaction(async (transaction) => {
      const [rows] = await transaction.query<[{ failures: number }[], number]>(FAILED, [fingerprint, reason]);
      const failures = rows[0]?.failures ?? 0;
      const restMs = restAfter(failures);
      await transaction.query(REST, [fingerprint, restMs]);
      return { open: restMs !== null, failures };
    });
  }

  /** Notes that the server wants to be left alone for a time. */
  async block(fingerprint: string, forMs: number): Promise<void> {
    await this.query(BLOCKED, [fingerprint, forMs]);
  }

  /** Notes that the server refuses key or model; true for the one who is the first to say so. */
  async refuse(fingerprint: string, code: string, reason: string, forMs: number): Promise<boolean> {
    const [rows] = await this.query<[unknown[], number]>(REFUSED, [fingerprint, code, reason, forMs]);
    return rows.length > 0;
  }

  private async transaction<T>(work: (transaction: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.dataSource.transaction(work);
    } catch (error) {
      throw databaseError(error);
    }
  }

  private async query<T>(sql: string, parameters: unknown[]): Promise<T> {
    try {
      return await this.dataSource.query<T>(sql, parameters);
    } catch (error) {
      throw databaseError(error);
    }
  }
}

async function take(transaction: EntityManager, request: SlotRequest, probing: boolean): Promise<void> {
  await transaction.query(TAKE_SLOT, [request.id, request.urgent, true, request.tokens, request.holdMs]);
  if (probing) await transaction.query(PROBE, [request.fingerprint, request.holdMs]);
}
