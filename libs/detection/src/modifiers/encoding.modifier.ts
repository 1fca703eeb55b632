import { type TextPart } from '../parse/sigma-text.js';
import { ModifierError, requireText, type Modifier, type TextDraft } from './item-draft.js';
import { literalVariants } from './literal-variants.js';

/** `utf16le` (also `wide`), `utf16be`, `utf16`: the characters become the bytes of that encoding. */
export const utf16: readonly Modifier[] = [
  encoding('utf16le', ['wide'], (text) => Buffer.from(text, 'utf16le')),
  encoding('utf16be', [], (text) => Buffer.from(text, 'utf16le').swap16()),
  encoding('utf16', [], (text) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])),
];

function encoding(name: string, aliases: string[], encode: (text: string) => Buffer): Modifier {
  return {
    name,
    aliases,
    apply(draft) {
      draft.values = requireText(draft, name).map((value) => {
        if (value.bytes)
          throw new ModifierError('MODIFIER.ORDER', `"${name}" cannot follow another encoding`);
        return {
          ...value,
          bytes: true,
          parts: value.parts.map((part): TextPart =>
            part.kind === 'literal' ? { kind: 'literal', text: encode(part.text).toString('latin1') } : part,
          ),
        };
      });
    },
  };
}

/** `base64`: the Base64 form of the value's bytes. */
export const base64: Modifier = {
  name: 'base64',
  apply(draft) {
    draft.values = requireText(draft, 'base64').flatMap((value) =>
      bytesOf(value, 'base64').map((bytes) => encoded(value, bytes.toString('base64'))),
    );
  },
};

/**
 * `base64offset`: the parts of the Base64 form that stay the same wherever the value begins in the encoded text:
 * one for each of the three possible shifts.
 */
export const base64offset: Modifier = {
  name: 'base64offset',
  apply(draft) {
    draft.values = requireText(draft, 'base64offset').flatMap((value) =>
      bytesOf(value, 'base64offset').flatMap((bytes) =>
        [0, 1, 2].map((shift) => encoded(value, shiftedBase64(bytes, shift))),
      ),
    );
  },
};

function shiftedBase64(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift, 0x20), bytes]).toString('base64');
  // The first characters mix with unknown bytes before the value, the last ones with those after it.
  const start = [0, 2, 3][shift]!;
  const cut = [0, 3, 2][(bytes.length + shift) % 3]!;
  return text.slice(start, text.length - cut);
}

function bytesOf(value: TextDraft, modifier: string): Buffer[] {
  const variants = literalVariants(value.parts);
  if (variants === undefined) {
    throw new ModifierError(
      'MODIFIER.VALUE',
      `"${modifier}" cannot encode wildcards, nor very many dash variants`,
    );
  }
  return variants.map((text) => Buffer.from(text, value.bytes ? 'latin1' : 'utf8'));
}

function encoded(value: TextDraft, text: string): TextDraft {
  return { ...value, bytes: false, parts: text === '' ? [] : [{ kind: 'literal', text }] };
}
