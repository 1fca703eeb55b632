/** Bounds on what a rule file may ask for, so that no pack can exhaust the process at load. */
export const RULE_LIMITS = {
  /** Characters of one file. */
  fileLength: 1_000_000,
  /** Documents of one file. */
  documents: 1_000,
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
  /** Search identifiers of one rule. */
  selections: 1_000,
  /** Characters of one value. */
  valueLength: 20_000,
  /** Texts that one value may become through placeholders, dash variants and shifts. */
  expansions: 10_000,
  /** Instructions that one regular expression may compile to. The longest of the public SigmaHQ rules has 1,003. */
  expressionSize: 5_000,
  /** Size of one document, in the units of `SizeBudget`. The largest of the public SigmaHQ rules has 272,000. */
  documentSize: 1_000_000,
  /** Size of all documents together. The 3,754 public SigmaHQ rules have 1.5 million. */
  totalSize: 5_000_000,
  /** Referred rules of one correlation. */
  referredRules: 30,
} as const;

/**
 * Bounds on what evaluating one event may cost. A unit is one instruction of an expression on one character of a text:
 * between 1 and 5 nanoseconds as a rule, and 40 where a text leads an expression through ever new states. The same event
 * and the same rules cost the same in every process, so replicas and replays agree.
 */
export const EVALUATION_LIMITS = {
  /** Units of one expression on the texts of one event: 0.2 s at worst. */
  expressionUnits: 4_000_000,
  /** Units of all expressions on one event. */
  eventUnits: 32_000_000,
  /**
   * Bytes of the automata that all expressions build as they meet texts. Each has its share, between the two below: what a
   * text can make an expression remember, and how long it tries before it falls back to instructions.
   */
  automataBytes: 256 * 1024 * 1024,
  automatonBytesLeast: 16 * 1024,
  automatonBytesMost: 1024 * 1024,
} as const;
