/**
 * Every advisory lock of PostgreSQL that processes compete for, by what it is for. All of them are in one database, so
 * they stand in one place: two with the same number would wait for each other for ever.
 */
export const ADVISORY_LOCKS = {
  /** Running migrations. */
  migrations: 7_311_905_427,
  /** Giving out the right to ask a model. */
  modelSlots: 7_311_905_429,
  /** Recording events again after another transaction was in the way. */
  recordAgain: 7_311_905_431,
  /** Signing checkpoints of the audit trail. */
  auditCheckpoints: 7_311_905_433,
  /** Writing to the archive of events. */
  archive: 7_311_905_435,
  /** Creating the tables of the job queue. */
  jobTables: 1_179_210_311,
} as const;

/** First of the two keys of the locks on groups of findings; the second is the number of the lock. */
export const FINDING_GROUP_LOCKS = 1_179_210_310;
