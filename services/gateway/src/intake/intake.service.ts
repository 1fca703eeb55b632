import { EVENT_INTAKE, type EventIntake } from '@mcm/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { IntakeReceiptDto } from './intake-receipt.dto.js';
import { EverythingRejected } from './rejected.filter.js';

/** Hands bodies to ingestion as they came. */
@Injectable()
export class IntakeService {
  constructor(@Inject(EVENT_INTAKE) private readonly intake: EventIntake) {}

  /**
   * @param door `events`, or the name of a source
   * @throws EverythingRejected when there were items and none could be accepted
   */
  async submit(door: string, request: FastifyRequest): Promise<IntakeReceiptDto> {
    const receipt = await this.intake.submit({
      door,
      headers: headersForIngestion(request.headers),
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      correlationId: request.id,
    });
    if (receipt.rejected.length > 0 && receipt.accepted === 0 && receipt.duplicates === 0) {
      throw new EverythingRejected(receipt);
    }
    return {
      ...receipt,
      rejected: receipt.rejected.map((item) => ({ ...item, errors: [...item.errors] })),
      warnings: [...receipt.warnings],
    };
  }
}

function headersForIngestion(headers: FastifyRequest['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string] =>
        typeof entry[1] === 'string' && /^(content-type|content-encoding|ce-.+)$/.test(entry[0]),
    ),
  );
}
