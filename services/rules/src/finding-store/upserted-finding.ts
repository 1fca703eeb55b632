/** The result for a draft. */
export interface UpsertedFinding {
  id: number;
  /** A new row. */
  created: boolean;
  /** A new row, or one that says something else than before. */
  changed: boolean;
  /** Number of times the row was written, 1 when it is new. */
  revision: number;
}
