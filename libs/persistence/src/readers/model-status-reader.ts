import type { JsonObject } from '@mcm/contracts';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { isoTime } from '../tables/iso-time.js';
import { queryRows } from './query-rows.js';

/** The connection to a model and what was spent; times are ISO 8601 in UTC. */
export interface StoredModelStatus {
  fingerprint: string;
  /** Empty when no model is configured. */
  endpoint: string;
  model: string;
  prompt_version: string;
  settings: JsonObject;
  failures: number;
  last_failure: string | null;
  /** The model is not asked until then: it failed repeatedly. */
  open_until: string | null;
  /** The model is not asked until then: the server asked for a pause. */
  blocked_until: string | null;
  /** The model is not asked until then: key or model are wrong. */
  refused_until: string | null;
  refused_code: string | null;
  refused_reason: string | null;
  seen_at: string;
  /** Of this UTC day. */
  requests_today: number;
  /** Of this UTC day, with what is set aside. */
  tokens_today: number;
  cost_usd_today: number;
}

const future = (column: string) =>
  `case when p.${column} > clock_timestamp() then ${isoTime(`p.${column}`)} end as ${column}`;

const STATUS = `
  select p.fingerprint, p.endpoint, p.model, p.prompt_version, p.settings, p.failures, p.last_failure,
         ${future('open_until')}, ${future('blocked_until')}, ${future('refused_until')}, p.refused_code,
         p.refused_reason, ${isoTime('p.seen_at')} as seen_at, coalesce(u.requests, 0)::float8 as requests_today,
         coalesce(u.input_tokens + u.output_tokens + u.reserved_tokens, 0)::float8 as tokens_today,
         coalesce(u.cost_usd, 0)::float8 as cost_usd_today
    from ai_providers p
    left join ai_usage u on u.day = (clock_timestamp() at time zone 'UTC')::date`;

/** Reads how the connection to the model is. */
@Injectable()
export class ModelStatusReader {
  constructor(private readonly dataSource: DataSource) {}

  /** The connection with which a worker started last; null before any worker did. */
  async latest(): Promise<StoredModelStatus | null> {
    const rows = await queryRows<StoredModelStatus>(
      this.dataSource,
      `${STATUS} order by p.seen_at desc limit 1`,
    );
    return rows[0] ?? null;
  }

  async of(fingerprint: string): Promise<StoredModelStatus | null> {
    const rows = await queryRows<StoredModelStatus>(this.dataSource, `${STATUS} where p.fingerprint = $1`, [
      fingerprint,
    ]);
    return rows[0] ?? null;
  }
}
