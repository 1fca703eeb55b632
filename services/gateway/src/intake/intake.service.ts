import {
  EVENT_INTAKE,
  type EventIntake,
  type IntakeReceipt,
  SOURCE_NOT_ALLOWED,
  type SubmissionReceipt,
  type SubmissionSender,
} from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { type Principal, principalOf } from '@mcm/platform';
import { type Source, SourceList } from '@mcm/sources';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { EverythingRejected } from './rejected.filter.js';

/** Hands bodies to ingestion as they came. */
@Injectable()
export class IntakeService {
  constructor(
    @Inject(EVENT_INTAKE) private readonly intake: EventIntake,
    private readonly sources: SourceList,
  ) {}

  /**
   * Records of a product whose own format is read.
   *
   * @returns null where the sender expects an empty answer
   * @throws AppError `SOURCE.UNKNOWN` that lists the known ones; `AUTH.NOT_PERMITTED`, `AUTH.SOURCE_NOT_ALLOWED`; what
   *   {@link submit} throws
   */
  async submitRecords(source: string, request: FastifyRequest): Promise<SubmissionReceipt | null> {
    const known = this.sources.named(source);
    refuseOtherSources(principalOf(request), known.name);
    const receipt = await this.handOver(known, request);
    const shown = intakeReceipt(receipt);
    return receipt.empty_answer === true ? null : shown;
  }

  /**
   * Events in this system's own form.
   *
   * @throws EverythingRejected when there were items and none could be accepted
   */
  async submit(request: FastifyRequest): Promise<SubmissionReceipt> {
    return intakeReceipt(await this.handOver(null, request));
  }

  private handOver(source: Source | null, request: FastifyRequest): Promise<IntakeReceipt> {
    return this.intake.submit({
      endpoint: source?.name ?? 'events',
      headers: headersForIngestion(source, request.headers),
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      correlationId: request.id,
      ...senderOf(principalOf(request)),
    });
  }
}

/**
 * The result of a request, as returned to the producer.
 *
 * @throws EverythingRejected when there were items and none could be accepted
 */
export function intakeReceipt({ empty_answer: _, ...receipt }: IntakeReceipt): SubmissionReceipt {
  if (receipt.rejected_total > 0 && receipt.accepted === 0 && receipt.duplicates === 0) {
    throw new EverythingRejected(receipt);
  }
  return {
    ...receipt,
    rejected: receipt.rejected.map((item) => ({ ...item, errors: [...item.errors] })),
    warnings: [...receipt.warnings],
  };
}

/** A vendor's webhook need not have a key; a sender who has one, or a session, must be permitted to send. */
function refuseOtherSources(principal: Principal | null, source: string): void {
  if (principal === null) return;
  if (!principal.permissions.has('events:write')) {
    throw new AppError('forbidden', 'AUTH.NOT_PERMITTED', 'This needs the permission events:write.');
  }
  if (principal.allowedSources?.has(source) === false) {
    throw new AppError(
      'forbidden',
      SOURCE_NOT_ALLOWED,
      `This key may not send events for the source ${source}.`,
    );
  }
}

/** What ingestion has to know of a sender, where that is not permitted everything. */
function senderOf(principal: Principal | null): { sender?: SubmissionSender } {
  if (principal === null) return { sender: { anonymous: true, allowedSources: null } };
  if (principal.allowedSources === null) return {};
  return { sender: { anonymous: false, allowedSources: [...principal.allowedSources] } };
}

/** What describes a body. */
const BODY_HEADERS = /^(content-type|content-encoding|ce-.+)$/;

/** The headers that describe the body, and those that the source reads. Others, such as credentials, stay here. */
function headersForIngestion(
  source: Source | null,
  headers: FastifyRequest['headers'],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string] =>
        typeof entry[1] === 'string' &&
        (BODY_HEADERS.test(entry[0]) || (source?.headers.includes(entry[0]) ?? false)),
    ),
  );
}
