/** The values of `%name%`: a table of names, or a function that is called for each name. */
export type Placeholders =
  Readonly<Record<string, readonly string[]>> | ((name: string) => readonly string[] | undefined);

/** The values of a placeholder; undefined when there are none. */
export function placeholderValues(placeholders: Placeholders, name: string): readonly string[] | undefined {
  if (typeof placeholders === 'function') return placeholders(name);
  return Object.hasOwn(placeholders, name) ? placeholders[name] : undefined;
}
