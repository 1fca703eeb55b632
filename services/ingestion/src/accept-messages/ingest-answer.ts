import type { IntakeReceipt } from '@mcm/contracts';
import { AppError, type ErrorDetail, type ErrorKind } from '@mcm/kernel';

/**
 * The answer to a message on the subject for events. It has the form of JetStream's own answers (`PubAck` and
 * `ApiResponse`, https://docs.nats.io/reference/reference-protocols/nats_api_reference), so that the JetStream publish of
 * any client takes it for what it is; what else we have to say stands beside it.
 */
export type IngestAnswer = AcceptedAnswer | RefusedAnswer;

export interface AcceptedAnswer extends IntakeReceipt {
  // JetStream's `duplicate` is left out: it is decided later, when the event is recorded.
  /** Names who has taken the message; there is no stream to read it from. */
  stream: typeof ANSWERING_STREAM;
  /** Counts the answers of this process: without meaning, but clients want a number above 0. */
  seq: number;
}

export interface RefusedAnswer extends Partial<IntakeReceipt> {
  /** What JetStream has there and nothing else: nats-py fails with a TypeError on fields that it does not know. */
  error: {
    /** As in HTTP: 400 what can never work, 413 too large, 422 no item was good, 503 try again later. */
    code: number;
    /** The nearest of JetStream's own codes. */
    err_code: number;
    /** A sentence for people; the clients' own errors show it. */
    description: string;
  };
  /** Our stable code, `AREA.REASON`. */
  reason: string;
  errors?: readonly ErrorDetail[];
  retry_after_seconds?: number;
}

export const ANSWERING_STREAM = 'compliance-ingest';

/** JetStream's codes (server/errors.json of nats-server): bad request, system temporarily unavailable, message too large. */
const BAD_REQUEST = 10_003;
const UNAVAILABLE = 10_008;
const TOO_LARGE = 10_054;

const CODES: Record<ErrorKind, readonly [code: number, errCode: number]> = {
  invalid: [400, BAD_REQUEST],
  unauthenticated: [401, BAD_REQUEST],
  'not-found': [404, BAD_REQUEST],
  conflict: [409, BAD_REQUEST],
  'too-large': [413, TOO_LARGE],
  unsupported: [415, BAD_REQUEST],
  forbidden: [403, BAD_REQUEST],
  misdirected: [421, BAD_REQUEST],
  'too-many': [429, UNAVAILABLE],
  unavailable: [503, UNAVAILABLE],
  internal: [500, UNAVAILABLE],
};
const RETRY_AFTER_SECONDS = 2;

/** For a message that was stored, wholly or in part; for one of whose items none was good, a refusal. */
export function answerTo(receipt: IntakeReceipt, seq: number): IngestAnswer {
  const { accepted, duplicates, rejected, rejected_total } = receipt;
  if (rejected_total === 0 || accepted + duplicates > 0) {
    return { stream: ANSWERING_STREAM, seq, ...receipt };
  }
  const first = rejected[0]!;
  return {
    error: {
      code: 422,
      err_code: BAD_REQUEST,
      description:
        rejected_total === 1
          ? `The event was refused: ${first.reason}`
          : `All ${rejected_total} events were refused; the first: ${first.reason}`,
    },
    reason: first.code,
    errors: first.errors,
    ...receipt,
  };
}

/** For a message that was not stored. What is not ours says nothing of its insides. */
export function refusal(error: unknown): RefusedAnswer {
  if (!(error instanceof AppError) || error.kind === 'internal') {
    const [code, err_code] = CODES.internal;
    return {
      error: { code, err_code, description: 'An internal error was logged.' },
      reason: 'INTERNAL.UNEXPECTED',
    };
  }
  const [code, err_code] = CODES[error.kind];
  return {
    error: { code, err_code, description: error.message },
    reason: error.code,
    ...(error.errors.length > 0 && { errors: error.errors }),
    ...(error.kind === 'unavailable' && {
      retry_after_seconds: error.retryAfterSeconds ?? RETRY_AFTER_SECONDS,
    }),
  };
}
