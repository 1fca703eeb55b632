import type { TextMatcher } from '../document/selection.js';
import type { Spending } from '../evaluate/spending.js';
import { LiteralIndex, type LiteralPlace } from './literal-index.js';
import { TextPattern } from './text-pattern.js';
import { textShape } from './text-shape.js';
import { TextTrie } from './text-trie.js';

/** From this many literals on, a structure answers quicker than comparing with one after the other. */
const MANY = 16;

/** The texts of an item of which one must match, sorted by kind, so that a value is compared with all of them together. */
export class TextList {
  private readonly anything: boolean;
  private readonly equal: ReadonlySet<string>;
  private readonly starts: readonly string[];
  private readonly ends: readonly string[];
  private readonly contained: readonly string[];
  private readonly patterns: readonly TextPattern[];
  private readonly unitsPerCharacter: number;
  private readonly startTrie: TextTrie | undefined;
  private readonly endTrie: TextTrie | undefined;
  private readonly containedIndex: LiteralIndex | undefined;

  /** Matchers that are all cased or all not. */
  constructor(matchers: readonly TextMatcher[]) {
    const shapes = matchers.map(({ parts, cased }) => textShape(parts, cased));
    const literals = (kind: 'equal' | 'start' | 'end' | 'contains'): string[] => [
      ...new Set(shapes.flatMap((shape) => (shape.kind === kind ? [shape.literal] : []))),
    ];
    this.anything = shapes.some(({ kind }) => kind === 'anything');
    this.equal = new Set(literals('equal'));
    this.starts = literals('start');
    this.ends = literals('end');
    this.contained = literals('contains');
    this.patterns = shapes.flatMap((shape) =>
      shape.kind === 'pattern' ? [new TextPattern(shape.parts)] : [],
    );
    this.unitsPerCharacter = this.patterns.reduce((sum, each) => sum + each.unitsPerCharacter, 0);
    this.startTrie = this.starts.length < MANY ? undefined : new TextTrie(this.starts, false);
    this.endTrie = this.ends.length < MANY ? undefined : new TextTrie(this.ends, true);
    this.containedIndex =
      this.contained.length < MANY
        ? undefined
        : new LiteralIndex(
            this.contained.map((text) => ({ text, place: 'anywhere' as LiteralPlace, payload: [] })),
            undefined,
          );
  }

  /** Whether a text (folded, unless the matchers are cased) fits one of them, as far as the budget of the event goes. */
  matches(text: string, spending: Spending): boolean {
    if (this.anything || (this.equal.size > 0 && this.equal.has(text))) return true;
    if (this.endTrie !== undefined) {
      if (this.endTrie.matches(text)) return true;
    } else {
      const { ends } = this;
      for (let i = 0; i < ends.length; i += 1) if (text.endsWith(ends[i]!)) return true;
    }
    if (this.startTrie !== undefined) {
      if (this.startTrie.matches(text)) return true;
    } else {
      const { starts } = this;
      for (let i = 0; i < starts.length; i += 1) if (text.startsWith(starts[i]!)) return true;
    }
    if (this.containedIndex !== undefined) {
      if (this.containedIndex.has(text)) return true;
    } else {
      const { contained } = this;
      for (let i = 0; i < contained.length; i += 1) if (text.includes(contained[i]!)) return true;
    }
    const { patterns } = this;
    if (patterns.length === 0 || !spending.afford(text.length * this.unitsPerCharacter)) return false;
    for (let i = 0; i < patterns.length; i += 1) if (patterns[i]!.matches(text)) return true;
    return false;
  }
}
