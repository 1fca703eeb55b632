import type { IntakeReceipt } from '@mcm/contracts';

/** What ingestion answers for a request with one event that it takes. */
export const ACCEPTED_RECEIPT: IntakeReceipt = {
  received: 1,
  accepted: 1,
  duplicates: 0,
  rejected_total: 0,
  rejected: [],
  warnings_total: 0,
  warnings: [],
};
