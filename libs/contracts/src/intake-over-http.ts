import { ERROR_KINDS } from '@mcm/kernel';
import { z } from 'zod';
import { ErrorDetail } from './event-intake.js';

/**
 * The way into ingestion between two processes: `POST /intake/<endpoint>` with the body as it came, the headers that
 * ingestion reads, and {@link CORRELATION_HEADER}. The answer is an `IntakeReceipt`, or an {@link IntakeFault} with a
 * status of 400 or above. Any other answer is not from ingestion.
 */
export const INTAKE_PATH = '/intake';

/** `POST /redrive/<id of a dead letter>` without a body; the answer is that of {@link INTAKE_PATH}. */
export const REDRIVE_PATH = '/redrive';

/**
 * Carries the secret that the gateway and ingestion share, where there is one; a request without it is answered with
 * {@link INTAKE_SECRET_WRONG}.
 */
export const INTAKE_SECRET_HEADER = 'x-mcm-intake-secret';
export const INTAKE_SECRET_WRONG = 'INTAKE.SECRET_WRONG';

/** Carries the correlation id of a submission. */
export const CORRELATION_HEADER = 'x-request-id';

/** Carries the `SubmissionSender` of a submission, as JSON; absent where there is none. */
export const SENDER_HEADER = 'x-mcm-sender';

/** An `AppError` on its way from ingestion to the submitter. */
export const IntakeFault = z.object({
  kind: z.enum(ERROR_KINDS),
  code: z.string(),
  message: z.string(),
  errors: z.array(ErrorDetail).readonly(),
  retry_after_seconds: z.number().nullable(),
});
export type IntakeFault = z.infer<typeof IntakeFault>;
