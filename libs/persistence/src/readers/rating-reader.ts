import type { JsonObject, RatingVerdict } from '@mcm/contracts';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { toSafeInteger } from '../safe-integer.js';
import { isoTime } from '../tables/iso-time.js';
import { queryRows } from './query-rows.js';

/** A person's verdict on an enrichment; times are ISO 8601 in UTC. */
export interface StoredRating {
  id: number;
  finding_id: number;
  verdict: RatingVerdict;
  comment: string | null;
  expected_score: number | null;
  /** The enrichment as it was when it was rated. */
  enrichment: JsonObject;
  created_at: string;
}

const COLUMNS = `id, finding_id, verdict, comment, expected_score, enrichment, ${isoTime('created_at')} as created_at`;

type Row = Omit<StoredRating, 'id' | 'finding_id'> & { id: string; finding_id: string };

/** Reads ratings. */
@Injectable()
export class RatingReader {
  constructor(private readonly dataSource: DataSource) {}

  /** Those of a finding, the latest first. @param findingId a whole number within 64 bits, as text */
  async ofFinding(findingId: string, limit: number): Promise<StoredRating[]> {
    const rows = await queryRows<Row>(
      this.dataSource,
      `select ${COLUMNS} from enrichment_ratings where finding_id = $1::bigint order by enrichment_ratings.id desc limit $2`,
      [findingId, limit],
    );
    return rows.map(rating);
  }

  async byId(id: number): Promise<StoredRating | null> {
    const rows = await queryRows<Row>(
      this.dataSource,
      `select ${COLUMNS} from enrichment_ratings where id = $1`,
      [id],
    );
    return rows[0] === undefined ? null : rating(rows[0]);
  }

  /** In the order in which they were made. */
  async after(id: number, limit: number): Promise<StoredRating[]> {
    const rows = await queryRows<Row>(
      this.dataSource,
      `select ${COLUMNS} from enrichment_ratings where id > $1 order by enrichment_ratings.id limit $2`,
      [id, limit],
    );
    return rows.map(rating);
  }
}

function rating(row: Row): StoredRating {
  return { ...row, id: toSafeInteger(row.id), finding_id: toSafeInteger(row.finding_id) };
}
