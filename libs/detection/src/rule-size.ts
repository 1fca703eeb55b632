import { RULE_LIMITS } from './limits.js';

/**
 * What the parts of a rule count. A unit is about 50 bytes of memory once rules are compiled, measured with the public
 * SigmaHQ rules (docs/adr/0041).
 */
export const SIZE_UNITS = {
  /** A value that is compared with, beside its characters. */
  value: 10,
  /** A regular expression, beside its instructions: what it keeps to find texts that cannot match without running. */
  expression: 80,
  /** A character of a text. */
  character: 1,
  /** An instruction of a regular expression. */
  instruction: 2,
  /** A range of characters in a regular expression. */
  range: 0.5,
  /** Each time that a condition, or a filter that applies to a rule, has an item tried. */
  use: 2,
} as const;

/** Something is larger than rules may be. `code` is `RULE.TOO_LARGE` or, for all rules together, `RULES.TOO_LARGE`. */
export class TooLarge extends Error {
  constructor(
    readonly code: 'RULE.TOO_LARGE' | 'RULES.TOO_LARGE',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Counts what rules will need before they are compiled, so that no file can exhaust the process at load. One for all
 * documents that are loaded together.
 */
export class SizeBudget {
  /** Of the document that is being read. */
  private document = 0;

  /** @param total what other rules have taken of it already */
  constructor(private total = 0) {}

  /** Size of the document that is being read, as far as it was. */
  get present(): number {
    return this.document;
  }

  /** Begins with the next document. */
  begin(): void {
    this.document = 0;
  }

  /**
   * Counts a part of the present document.
   *
   * @throws TooLarge
   */
  take(units: number): void {
    this.document += units;
    if (this.document > RULE_LIMITS.documentSize) {
      throw new TooLarge(
        'RULE.TOO_LARGE',
        `The document is larger than ${RULE_LIMITS.documentSize} units (characters of its texts, 10 for each value, ` +
          '80 for each regular expression and 2 for each of its instructions)',
      );
    }
    if (this.total + this.document > RULE_LIMITS.totalSize) {
      throw new TooLarge(
        'RULES.TOO_LARGE',
        `With this document all rules together are larger than ${RULE_LIMITS.totalSize} units`,
      );
    }
  }

  /** Ends the document: it stays, unless it is `refused`. */
  end(refused: boolean): void {
    if (!refused) this.total += this.document;
    this.document = 0;
  }
}
