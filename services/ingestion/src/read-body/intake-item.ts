import type { CandidateEvent, ItemFault } from '@mcm/sources';

/** One item of a request: a candidate, or why it cannot even be one. */
export type IntakeItem =
  | { index: number; candidate: CandidateEvent; original: unknown }
  | { index: number; fault: ItemFault; original: unknown; /** Only the beginning of it. */ cut?: boolean };
