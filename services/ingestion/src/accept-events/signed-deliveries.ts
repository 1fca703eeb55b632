import { createHash } from 'node:crypto';
import { DataSource, isoTime, queryRows, storableText } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';

/** A body whose signature is right, and what the headers say of it, which no signature covers. */
export interface SignedDelivery {
  source: string;
  body: Uint8Array;
  /** The vendor's id of the delivery; empty when it has none. */
  delivery: string;
  /** The vendor's word for the kind of event; empty when there is none. */
  event: string;
}

/** The delivery by which a body came first. */
export interface FirstDelivery {
  delivery: string;
  event: string;
  /** ISO 8601, UTC. */
  received_at: string;
}

/** How long a body is remembered: GitHub redelivers for three days. */
const REMEMBERED = `interval '3 days'`;
/** Rows that are forgotten with each one that is written: more than one, so that there is never a backlog for long. */
const FORGOTTEN_PER_WRITE = 100;

/** Takes note of a body, unless it is known; answers with a row only then. A row that is too old counts as none. */
const REMEMBER = `
  with forgotten as (
    delete from signed_deliveries where (source, body_hash) in (
      select source, body_hash from signed_deliveries
       where received_at < statement_timestamp() - ${REMEMBERED} and (source, body_hash) <> ($1, $2)
       order by received_at limit ${FORGOTTEN_PER_WRITE} for update skip locked)
  )
  insert into signed_deliveries as known (source, body_hash, delivery, event) values ($1, $2, $3, $4)
  on conflict (source, body_hash) do update
    set delivery = excluded.delivery, event = excluded.event, received_at = excluded.received_at
    where known.received_at < statement_timestamp() - ${REMEMBERED}
  returning delivery`;

const FIRST = `
  select delivery, event, ${isoTime('received_at')} as received_at
    from signed_deliveries where source = $1 and body_hash = $2`;

/** Remembers signed bodies for three days, over all processes. */
@Injectable()
export class SignedDeliveries {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Takes note of a delivery.
   *
   * @returns null when its body is new, or came before by this very delivery; else the delivery by which it came first
   */
  async remember({ source, body, delivery, event }: SignedDelivery): Promise<FirstDelivery | null> {
    const key = [source, createHash('sha256').update(body).digest()];
    const [id, kind] = [storableText(delivery), storableText(event)];
    const remembered = await queryRows(this.dataSource, REMEMBER, [...key, id, kind]);
    if (remembered.length > 0) return null;
    const [first] = await queryRows<FirstDelivery>(this.dataSource, FIRST, key);
    return first === undefined || (first.delivery === id && first.event === kind) ? null : first;
  }
}
