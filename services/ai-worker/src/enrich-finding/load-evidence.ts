import type { EventEnvelope } from '@mcm/contracts';
import {
  columnList,
  type DataSource,
  type EnvelopeRow,
  EVENT_ENVELOPE,
  eventsByUids,
  toEnvelope,
  without,
} from '@mcm/persistence';

/** Most events of a finding that are loaded for its enrichment. */
export const EVIDENCE_LIMIT = 20;

/** How large raw data is as JSON; small values are not compressed, so that measuring them costs nothing. */
const SIZE = `
  case when pg_column_size(e.raw_data) < 2000 then pg_column_size(e.raw_data)
       else octet_length(e.raw_data::text) end as bytes`;
const WITHOUT_RAW_DATA = `${columnList(without(EVENT_ENVELOPE, 'raw_data'), 'e')}, ${SIZE}`;
type RawRow = Pick<EnvelopeRow, 'uid' | 'raw_data'>;
type SizedRow = Omit<EnvelopeRow, 'raw_data'> & { bytes: number };

/**
 * The stored events of a finding's evidence, oldest first: the first and the last ones, at most {@link EVIDENCE_LIMIT}. Raw
 * data beyond `evidenceBytes` is left out, from the event on that goes beyond it; `oversized` says of how many.
 */
export async function loadEvidence(
  dataSource: DataSource,
  { event_uids, first_seen, last_seen }: { event_uids: string[]; first_seen: string; last_seen: string },
  evidenceBytes: number,
): Promise<{ evidence: EventEnvelope[]; oversized: number }> {
  const within = { from: first_seen, to: last_seen };
  const stored = await eventsByUids<SizedRow>(dataSource, WITHOUT_RAW_DATA, event_uids, within);
  const half = EVIDENCE_LIMIT / 2;
  const chosen = stored.filter((_, place) => place < half || place >= stored.length - half);
  const fitting: string[] = [];
  let total = 0;
  for (const { uid, bytes } of chosen) {
    total += bytes;
    if (total > evidenceBytes) break;
    fitting.push(uid);
  }
  const rows = await eventsByUids<RawRow>(dataSource, 'e.uid, e.raw_data', fitting, within);
  const rawData = new Map(rows.map(({ uid, raw_data }) => [uid, raw_data]));
  return {
    evidence: chosen.map(({ bytes: _, ...row }) =>
      toEnvelope({ ...row, raw_data: rawData.get(row.uid) ?? {} }),
    ),
    oversized: chosen.length - fitting.length,
  };
}
