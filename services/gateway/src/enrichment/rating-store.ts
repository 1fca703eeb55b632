import { AuditTrail } from '@mcm/audit';
import type { RatingVerdict } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { databaseError, DataSource, storableText, toSafeInteger } from '@mcm/persistence';
import type { Caller } from '@mcm/platform';
import { Injectable } from '@nestjs/common';

/** A person's verdict on the enrichment of a finding. */
export interface NewRating {
  verdict: RatingVerdict;
  comment: string | null;
  /** The score it should have had. */
  expected_score: number | null;
}

/** The enrichment is kept as it is at this moment: a later one may be another. */
const ADD = `
  insert into enrichment_ratings (finding_id, exchange_id, verdict, comment, expected_score, enrichment)
  select finding_id, exchange_id, $2, $3, $4,
         jsonb_build_object('risk_score', risk_score, 'rule_score', rule_score, 'model_score', model_score,
           'explanation', explanation, 'source', source, 'model', model, 'prompt_version', prompt_version,
           'cached', cached, 'enriched_at', updated_at)
    from finding_enrichments where finding_id = $1::bigint
  returning id`;

/** Keeps what people think of enrichments. */
@Injectable()
export class RatingStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * Adds a rating and gives its id.
   *
   * @param findingId a whole number within 64 bits, as text
   * @throws AppError `ENRICHMENTS.NOT_ENRICHED`
   */
  async add(
    findingId: string,
    { verdict, comment, expected_score }: NewRating,
    caller: Caller,
  ): Promise<number> {
    const text = comment === null ? null : storableText(comment);
    try {
      return await this.dataSource.transaction(async (transaction) => {
        const [row] = await transaction.query<{ id: string }[]>(ADD, [
          findingId,
          verdict,
          text,
          expected_score,
        ]);
        if (row === undefined) {
          throw new AppError(
            'not-found',
            'ENRICHMENTS.NOT_ENRICHED',
            `The finding ${findingId} is not enriched.`,
          );
        }
        await this.trail.append(transaction, {
          origin: caller,
          action: 'enrichment.rated',
          object: { type: 'finding', id: findingId, name: null },
          after: { verdict, expected_score },
        });
        return toSafeInteger(row.id);
      });
    } catch (error) {
      throw databaseError(error);
    }
  }
}
