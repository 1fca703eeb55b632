import { ModifierError, requireText, requireUntouched, type Modifier } from './item-draft.js';

/** `re`: the value is a regular expression, searched anywhere in the text, case-sensitive unless `i` follows. */
export const re: Modifier = {
  name: 're',
  apply(draft) {
    requireUntouched(draft, 're');
    draft.values = requireText(draft, 're');
    draft.comparison = { kind: 'regex' };
  },
};

/** The flags of `re`: they must follow it directly. */
export const regexFlags: readonly Modifier[] = [
  flag('i', 'ignorecase'),
  flag('m', 'multiline'),
  flag('s', 'dotall'),
];

function flag(name: string, alias: string): Modifier {
  return {
    name,
    aliases: [alias],
    apply(draft) {
      if (draft.comparison.kind !== 'regex') {
        throw new ModifierError('MODIFIER.ORDER', `"${name}" is a flag of "re" and must follow it`);
      }
      if (!draft.regexFlags.includes(name)) draft.regexFlags += name;
    },
  };
}
