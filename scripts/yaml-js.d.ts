/** A parser of YAML 1.1 (a port of PyYAML), without types of its own. */
declare module 'yaml-js' {
  const parser: {
    /** Throws a fault with line and column. */
    load(text: string): unknown;
    load_all(text: string): unknown[];
  };
  export default parser;
}
