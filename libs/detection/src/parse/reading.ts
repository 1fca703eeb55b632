import type { Placeholders } from '../modifiers/placeholders.js';
import type { SizeBudget } from '../rule-size.js';

/** What all documents that are read together share. */
export interface Reading {
  readonly placeholders: Placeholders;
  readonly budget: SizeBudget;
}
