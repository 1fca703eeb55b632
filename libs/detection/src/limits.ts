/** Bounds on what a rule file may ask for, so that no pack can exhaust the process at load. */
export const RULE_LIMITS = {
  /** Characters of one file. */
  fileLength: 1_000_000,
  /** YAML nodes of one document, aliases counted as often as they are used. */
  nodes: 200_000,
  /** Characters of an id or a name. */
  identifierLength: 256,
  /** Nesting of YAML collections. */
  depth: 64,
  /** Characters of one condition. */
  conditionLength: 20_000,
  /** Nesting of parentheses in a condition. */
  conditionDepth: 64,
  /** Characters of one value. */
  valueLength: 20_000,
  /** Texts that one value may become through placeholders, dash variants and shifts. */
  expansions: 10_000,
  /** Referred rules of one correlation. */
  referredRules: 30,
} as const;
