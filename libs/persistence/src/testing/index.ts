// Rows for tests of the services: a service's tests need rows of tables that another service writes.
export { compareCounts, type ComparedCounts } from './compare-counts.js';
export { createMigratedDatabase, type MigratedDatabase } from './migrated-database.js';
export { callThroughOutages, endWaitingSession } from './outages.js';
export { countRows, insertRows, storedRows } from './rows.js';
export { storeEvents } from './stored-events.js';
export { aFinding, storeFindings } from './stored-findings.js';
export { aRule, putIntoForce } from './stored-rules.js';
