import type { CompareOperator, TimePart } from '../document/selection.js';
import type { TextPart } from '../parse/sigma-text.js';
import type { Placeholders } from './placeholders.js';

/** A value of an item while modifiers work on it, left to right. */
export type DraftValue =
  | TextDraft
  | { readonly kind: 'number'; readonly value: number; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' };

export interface TextDraft {
  readonly kind: 'text';
  readonly parts: readonly TextPart[];
  /** As written in the rule, without any reading of wildcards; for `re`. */
  readonly raw: string;
  /** The characters are bytes (after a UTF-16 encoding). */
  readonly bytes: boolean;
}

/** What kind of comparison the item makes; text and number equality unless a modifier says otherwise. */
export type Comparison =
  | { readonly kind: 'plain' }
  | { readonly kind: 'regex' }
  | { readonly kind: 'cidr' }
  | { readonly kind: 'exists' }
  | { readonly kind: 'order'; readonly operator: CompareOperator }
  | { readonly kind: 'field'; readonly mode: 'equals' | 'contains' | 'startswith' | 'endswith' };

/** An item on its way through its modifiers. */
export interface ItemDraft {
  readonly field: string | null;
  values: DraftValue[];
  comparison: Comparison;
  timePart: TimePart | undefined;
  regexFlags: string;
  cased: boolean;
  all: boolean;
  negated: boolean;
  /** Names of the modifiers applied so far. */
  readonly applied: string[];
  /** Placeholder values of the installation. */
  readonly placeholders: Placeholders;
}

/** Something about an item that cannot work. */
export class ModifierError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** A modifier of Sigma: one step of the way from the written value to what is compared. */
export interface Modifier {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Changes the draft, or throws {@link ModifierError} when it cannot stand here. */
  apply(draft: ItemDraft): void;
}

/** The texts of a draft whose comparison is still plain; numbers count as their text. */
export function requireText(draft: ItemDraft, modifier: string): TextDraft[] {
  if (draft.comparison.kind !== 'plain' || draft.timePart !== undefined) {
    throw new ModifierError('MODIFIER.ORDER', `"${modifier}" cannot follow "${draft.applied.at(-1) ?? ''}"`);
  }
  return draft.values.map((value) => {
    switch (value.kind) {
      case 'text':
        return value;
      case 'number':
        return textDraft(value.text);
      case 'boolean':
        return textDraft(String(value.value));
      case 'null':
        throw new ModifierError('MODIFIER.VALUE', `"${modifier}" needs text, not an empty value`);
    }
  });
}

function textDraft(text: string): TextDraft {
  return { kind: 'text', parts: text === '' ? [] : [{ kind: 'literal', text }], raw: text, bytes: false };
}

/** Refuses a modifier that compares in its own way after one that changed the text. */
export function requireUntouched(draft: ItemDraft, modifier: string): void {
  const before = draft.applied.find((name) => !NEUTRAL.has(name));
  if (before !== undefined) {
    throw new ModifierError('MODIFIER.ORDER', `"${modifier}" cannot follow "${before}"`);
  }
}

/** Modifiers that leave the value as it is. */
const NEUTRAL: ReadonlySet<string> = new Set(['all', 'cased', 'neq', 'expand']);
