import type { DeadLetter } from '@mcm/contracts';
import { column, nullable, type RowOf, without } from './columns.js';

/** The columns of `dead_letters`: messages that are not delivered again by themselves, and items that were refused. */
export const DEAD_LETTER = {
  id: column<number>('bigint'),
  origin: column<DeadLetter['origin']>('text'),
  subject: column<string>('text'),
  consumer: column<string>('text'),
  code: column<string>('text'),
  reason: column<string>('text'),
  message: column<string>('text'),
  /** True when `message` was cut. */
  truncated: column<boolean>('boolean'),
  tries: column<number>('integer'),
  failed_at: column<string>('timestamptz(3)'),
  /** The sender of the item had proved itself when it came. */
  verified: column<boolean>('boolean'),
  /** Headers that belong to the item and are not in its message. */
  headers: column<Readonly<Record<string, string>>>('jsonb'),
  /** When it was last handed over again; null when never. */
  redriven_at: nullable<string>('timestamptz(3)'),
};

/** A letter as it is written. */
export const NEW_DEAD_LETTER = without(DEAD_LETTER, 'id', 'redriven_at');
export type NewDeadLetter = RowOf<typeof NEW_DEAD_LETTER>;
