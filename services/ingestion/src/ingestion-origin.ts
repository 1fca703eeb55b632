import type { Origin } from '@mcm/audit';

/** The origin of what the service does by itself, for the audit trail. */
export const INGESTION: Origin = {
  actor: { type: 'system', id: 'ingestion', name: 'ingestion' },
  address: null,
  requestId: null,
};
