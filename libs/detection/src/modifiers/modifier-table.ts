import { all } from './all.modifier.js';
import { cased } from './cased.modifier.js';
import { cidr } from './cidr.modifier.js';
import { contains } from './contains.modifier.js';
import { base64, base64offset, utf16 } from './encoding.modifier.js';
import { endswith } from './endswith.modifier.js';
import { exists } from './exists.modifier.js';
import { expand } from './expand.modifier.js';
import { fieldref } from './fieldref.modifier.js';
import type { Modifier } from './item-draft.js';
import { neq } from './neq.modifier.js';
import { orders } from './order.modifier.js';
import { re, regexFlags } from './re.modifier.js';
import { startswith } from './startswith.modifier.js';
import { timeParts } from './time-part.modifier.js';
import { windash } from './windash.modifier.js';

/** Every modifier of Sigma 2.1 under its names. */
export const MODIFIERS: ReadonlyMap<string, Modifier> = new Map(
  [
    contains,
    startswith,
    endswith,
    all,
    cased,
    neq,
    exists,
    re,
    ...regexFlags,
    cidr,
    ...orders,
    ...timeParts,
    fieldref,
    windash,
    ...utf16,
    base64,
    base64offset,
    expand,
  ].flatMap((modifier) =>
    [modifier.name, ...(modifier.aliases ?? [])].map((name) => [name, modifier] as const),
  ),
);
