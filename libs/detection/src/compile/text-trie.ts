/** Tells whether a text begins (or ends) with one of many literals, in the time that the longest of them takes. */
export class TextTrie {
  private readonly root: TrieNode = { complete: false, next: new Map() };

  /** `backwards`: the literals are looked for at the end. */
  constructor(
    literals: readonly string[],
    private readonly backwards: boolean,
  ) {
    for (const literal of literals) {
      let node = this.root;
      for (let i = 0; i < literal.length; i += 1) {
        const code = literal.charCodeAt(backwards ? literal.length - 1 - i : i);
        let next = node.next.get(code);
        if (next === undefined) node.next.set(code, (next = { complete: false, next: new Map() }));
        node = next;
      }
      node.complete = true;
    }
  }

  matches(text: string): boolean {
    const { length } = text;
    let node = this.root;
    for (let i = 0; ; i += 1) {
      if (node.complete) return true;
      if (i >= length) return false;
      const next = node.next.get(text.charCodeAt(this.backwards ? length - 1 - i : i));
      if (next === undefined) return false;
      node = next;
    }
  }
}

interface TrieNode {
  complete: boolean;
  readonly next: Map<number, TrieNode>;
}
