import { EVENT_INTAKE, type EventIntake, type IntakeReceipt, SOURCES } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { IntakeReceiptDto } from './intake-receipt.dto.js';
import { EverythingRejected } from './rejected.filter.js';

/** Hands bodies to ingestion as they came. */
@Injectable()
export class IntakeService {
  constructor(@Inject(EVENT_INTAKE) private readonly intake: EventIntake) {}

  /**
   * Records of a product whose own format is read.
   *
   * @returns null where the sender expects an empty answer
   * @throws AppError `SOURCE.UNKNOWN` that lists the known ones; what {@link submit} throws
   */
  async submitRecords(source: string, request: FastifyRequest): Promise<IntakeReceiptDto | null> {
    if (!Object.hasOwn(SOURCES, source)) {
      const known = Object.keys(SOURCES).join(', ');
      throw new AppError(
        'not-found',
        'SOURCE.UNKNOWN',
        `There is no source ${source}; the known ones are: ${known}.`,
      );
    }
    const receipt = await this.handOver(source, request);
    const shown = intakeReceipt(receipt);
    return receipt.empty_answer === true ? null : shown;
  }

  /**
   * @param door `events`, or the name of a source
   * @throws EverythingRejected when there were items and none could be accepted
   */
  async submit(door: string, request: FastifyRequest): Promise<IntakeReceiptDto> {
    return intakeReceipt(await this.handOver(door, request));
  }

  private handOver(door: string, request: FastifyRequest): Promise<IntakeReceipt> {
    return this.intake.submit({
      door,
      headers: headersForIngestion(door, request.headers),
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      correlationId: request.id,
    });
  }
}

/**
 * The result of a request, as returned to the producer.
 *
 * @throws EverythingRejected when there were items and none could be accepted
 */
export function intakeReceipt({ empty_answer: _, ...receipt }: IntakeReceipt): IntakeReceiptDto {
  if (receipt.rejected_total > 0 && receipt.accepted === 0 && receipt.duplicates === 0) {
    throw new EverythingRejected(receipt);
  }
  return {
    ...receipt,
    rejected: receipt.rejected.map((item) => ({ ...item, errors: [...item.errors] })),
    warnings: [...receipt.warnings],
  };
}

/** What describes the body, and what vendors say of a delivery outside of it. */
const INGESTION_HEADERS =
  /^(content-type|content-encoding|ce-.+|x-github-(event|delivery)|x-hub-signature-256)$/;

/** The headers of single sources. Credentials of others are none of ingestion's business. */
const HEADERS_OF_SOURCES: ReadonlyMap<string, string> = new Map([['okta', 'authorization']]);

function headersForIngestion(door: string, headers: FastifyRequest['headers']): Record<string, string> {
  const ownHeader = HEADERS_OF_SOURCES.get(door);
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string] =>
        typeof entry[1] === 'string' && (INGESTION_HEADERS.test(entry[0]) || entry[0] === ownHeader),
    ),
  );
}
