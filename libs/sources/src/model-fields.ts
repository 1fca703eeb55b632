/**
 * What is done to the value of a field before a model sees it. The names say what kind of value the field holds; a value
 * that is not of that kind is withheld.
 *
 * - `word`: a few words of a fixed vocabulary, such as a method, a country or an error code.
 * - `name`: a name without spaces, such as a bucket or a repository.
 * - `text`: a sentence that a system wrote. The only kind with room for more than a name: use it sparingly.
 * - `number`: a count or a size; what is sent is the range it lies in.
 * - `user`, `address`, `host`, `id`: who, where, what; replaced by a placeholder (`USER_1`) unless that is switched off.
 * - `agent`: a user agent; what is sent is the kind of program and system, from a fixed list.
 * - `set`: whether there is a value at all.
 */
export const TREATMENTS = [
  'word',
  'name',
  'text',
  'number',
  'user',
  'address',
  'host',
  'id',
  'agent',
  'set',
] as const;
export type Treatment = (typeof TREATMENTS)[number];

/** Fields of one kind of event by what is done to them; paths into `raw_data`, lists on the way are walked through. */
export type ModelFields = Partial<Record<Treatment, readonly string[]>>;
