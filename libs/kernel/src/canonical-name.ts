/** Lower-case ASCII without blanks: most names are their own canonical form. */
const PLAIN = /^[!-@[-~]+$/;
const PRINTABLE_ASCII = /^[ -~]*$/;

/**
 * What is not seen where a name is shown, or changes the direction in which it is shown: control characters, format
 * characters, and everything else that Unicode lets a display ignore (zero-width, soft hyphen, variation selectors).
 */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}]/gu;

/** One character may become eighteen. */
const LONGEST = 512;

/**
 * The name under which an actor is counted and looked for, so that names that look the same are the same: compatibility
 * characters are normalised (NFKC, Unicode Standard Annex 15), case is folded, invisible and bidirectional characters are
 * removed, blanks at both ends are cut. Applying it again changes nothing. Letters of different scripts stay apart.
 *
 * A name of which nothing would be left is its own canonical form. One that becomes longer than 512 characters is cut there
 * (or at its own length): indexes hold it.
 */
export function canonicalName(name: string): string {
  if (PLAIN.test(name)) return name;
  if (PRINTABLE_ASCII.test(name)) return name.toLowerCase().trim() || name;
  const visible = name.normalize('NFKC').replace(INVISIBLE, '');
  // By way of upper case, which unites what lower case keeps apart: ß and ss, σ and ς. First lower case, because ẞ has
  // no other upper case than itself. Folding may decompose letters.
  const folded = visible.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');
  return cut(folded, Math.max(LONGEST, name.length)).trim() || name;
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}

const ACTOR_FIELD =
  /(?:^|\.)(?:(?:subject|target)?user(?:_?(?:name|id))?|actor(?:_?(?:name|id))?|email|alternateId|login)$/i;

/**
 * Whether a field of an event names an actor, by the last part of its path: `user`, `user_id`, `userName`, `actor`,
 * `actor.email`, `actor.alternateId`, `TargetUserName`. Its values are compared under their canonical name.
 */
export function isActorField(path: string): boolean {
  return ACTOR_FIELD.test(path);
}
