import { AppError } from '@mcm/kernel';
import { type BodyScanner, MalformedJson } from './body-scanner.js';
import type { ItemRanges } from './item-ranges.js';
import { isEscaped, textEnd } from './json-text.js';

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
/** `[` and `{`, `]` and `}` differ in this bit alone. */
const BRACE_BIT = 0x20;
const LIST = 0x5b;
const LIST_END = 0x5d;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** What a byte outside of a text is. */
const Kind = { other: 0, space: 1, quote: 2, open: 3, close: 4, comma: 5 } as const;
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte <= SPACE) return Kind.space;
  if (byte === QUOTE) return Kind.quote;
  if ((byte | BRACE_BIT) === OPEN) return Kind.open;
  if ((byte | BRACE_BIT) === CLOSE) return Kind.close;
  return byte === COMMA ? Kind.comma : Kind.other;
});

/** First bytes of JSON texts. */
const ROOT_BEGINS: readonly number[] = [...Buffer.from('{["-0123456789tfn')];

const SEVERAL_HINT =
  '; one event per line is sent as application/x-ndjson, and curl keeps newlines with --data-binary';

/** A longer name of a field, as it is written, is none that is looked for. */
const NAME_BYTES = 128;
/** An object with more fields than these is no wrapper. */
const NAMES_MAX = 1_000;

/** The list whose elements are the items of a body. */
export interface FoundList {
  /** Names of the fields that lead to it; none for a body that is a list. */
  readonly path: readonly string[];
  /** Position after `[`. */
  readonly open: number;
  /** Position of `]`. */
  close: number;
}

/**
 * Finds the elements of a list within a JSON text: of the text itself, or of one that a wrapper has in a certain field.
 * It counts brackets and commas outside of strings; whether all is JSON, parsing the items will tell.
 */
export class JsonScanner implements BodyScanner {
  /** Set once the list begins; the body is one single item as long as there is none. */
  list: FoundList | null = null;
  /** Whether something nests more deeply than items may, outside of the list. */
  tooDeep = false;

  private position: number;
  private depth = 0;
  private inText = false;
  private escaped = false;
  private begun = false;
  /** The root value is a list or an object, and over. */
  private complete = false;

  // Within the list:
  private inList = false;
  private listDepth = 0;
  private start = 0;
  private content = false;
  private itemDeep = false;

  // Around it: how many of the enclosing values are objects that may lead to a list, and the field that each is at.
  private objects = 0;
  private readonly names: (string | undefined)[] = [];
  private expectName = false;
  private inName = false;
  private namesLeft = NAMES_MAX;
  /** Where the name begins in the piece at hand; what came of it in the piece before. */
  private nameFrom = 0;
  private nameHead = '';
  private readonly longestPath: number;

  /** @param paths where a list of items may stand, as names of fields */
  constructor(
    readonly ranges: ItemRanges,
    private readonly begin: number,
    private readonly paths: readonly (readonly string[])[],
  ) {
    this.position = begin;
    this.longestPath = Math.max(0, ...paths.map((path) => path.length));
  }

  push(chunk: Buffer): void {
    // A piece may end behind a backslash: what it escapes is the first byte of the next.
    let i = this.inText && this.escaped ? 1 : 0;
    this.nameFrom = 0;
    do {
      if (this.inText) i = this.skipText(chunk, i);
      else i = this.inList ? this.withinList(chunk, i) : this.aroundList(chunk, i);
    } while (i < chunk.length);
    this.position += chunk.length;
    const from = this.inList ? this.start : (this.list?.close ?? this.begin);
    this.ranges.checkLength(this.position - from);
  }

  /** @throws MalformedJson when the list does not end; a body without a list is left to the parser */
  end(): void {
    if (this.list !== null && !this.complete) {
      throw new MalformedJson(this.position, 'Unexpected end of JSON input');
    }
  }

  private skipText(chunk: Buffer, from: number): number {
    const end = textEnd(chunk, from);
    this.inText = end === -1;
    this.escaped = this.inText && isEscaped(chunk, from, chunk.length);
    if (this.inName) this.takeName(chunk.subarray(this.nameFrom, end === -1 ? chunk.length : end));
    return end === -1 ? chunk.length : end + 1;
  }

  /** The many bytes: everything between the brackets of the list. */
  private withinList(chunk: Buffer, from: number): number {
    const { listDepth, position } = this;
    const deepest = listDepth + this.ranges.limits.depth;
    let { depth, content } = this;
    let i = from;
    for (; i < chunk.length && this.inList; i += 1) {
      switch (KINDS[chunk[i]!]!) {
        case Kind.space:
          break;
        case Kind.other:
          content = true;
          break;
        case Kind.quote: {
          content = true;
          const end = textEnd(chunk, i + 1);
          if (end === -1) {
            this.inText = true;
            this.escaped = isEscaped(chunk, i + 1, chunk.length);
            i = chunk.length;
          } else {
            i = end;
          }
          break;
        }
        case Kind.open:
          content = true;
          depth += 1;
          if (depth > deepest) this.itemDeep = true;
          break;
        case Kind.close:
          depth -= 1;
          if (depth < listDepth) {
            if (chunk[i] !== LIST_END)
              throw new MalformedJson(position + i, 'Expected the list to end with ]');
            this.endList(position + i, content);
          }
          break;
        case Kind.comma:
          if (depth === listDepth) {
            this.endItem(position + i);
            content = false;
          }
      }
    }
    this.depth = depth;
    this.content = content;
    return i;
  }

  private endItem(end: number): void {
    this.ranges.add(this.start, end, this.ranges.count, this.itemDeep);
    this.start = end + 1;
    this.itemDeep = false;
  }

  private endList(position: number, content: boolean): void {
    // An element of which there is nothing is a fault that the parser names, unless the list is empty.
    if (content || this.ranges.count > 0) this.endItem(position);
    this.list!.close = position;
    this.inList = false;
    this.names[this.listDepth - 1] = undefined;
    this.complete = this.listDepth === 1;
  }

  private aroundList(chunk: Buffer, from: number): number {
    let i = from;
    for (; i < chunk.length && !this.inList && !this.inText; i += 1) {
      if (this.depth > 0 && this.depth > this.objects) {
        i = this.passValue(chunk, i);
        continue;
      }
      const byte = chunk[i]!;
      if (byte <= SPACE) continue;
      this.checkRoot(byte, this.position + i);
      this.takeToken(byte, i);
    }
    return i;
  }

  /** Passes over what cannot lead to a list; answers the last position that was looked at. */
  private passValue(chunk: Buffer, from: number): number {
    let { depth } = this;
    let i = from;
    for (; i < chunk.length; i += 1) {
      const kind = KINDS[chunk[i]!];
      if (kind === Kind.quote) {
        const end = textEnd(chunk, i + 1);
        if (end === -1) {
          this.inText = true;
          this.escaped = isEscaped(chunk, i + 1, chunk.length);
          break;
        }
        i = end;
      } else if (kind === Kind.open) {
        depth += 1;
        if (depth > this.ranges.limits.depth) this.tooDeep = true;
      } else if (kind === Kind.close) {
        depth -= 1;
        if (depth <= this.objects || depth === 0) break;
      }
    }
    this.depth = depth;
    this.complete = depth === 0;
    return this.inText ? chunk.length : i;
  }

  /** What can be no JSON is not read to its end. */
  private checkRoot(byte: number, position: number): void {
    if (this.complete) {
      const another = (byte | BRACE_BIT) === OPEN ? SEVERAL_HINT : '';
      throw new MalformedJson(position, `Unexpected text after JSON${another}`);
    }
    if (!this.begun && !ROOT_BEGINS.includes(byte)) throw new MalformedJson(position, 'Unexpected token');
    this.begun = true;
  }

  private takeName(part: Buffer): void {
    if (this.nameHead.length <= NAME_BYTES) this.nameHead += part.toString('latin1', 0, NAME_BYTES + 1);
    if (this.inText) return;
    this.inName = false;
    this.namesLeft -= 1;
    if (this.namesLeft === 0) this.objects = -1;
    const name = this.nameHead;
    this.names[this.depth] = name.length > NAME_BYTES ? undefined : nameOf(Buffer.from(name, 'latin1'));
  }

  private takeToken(byte: number, at: number): void {
    const tracked = this.depth === this.objects;
    if (byte === QUOTE) {
      this.inText = true;
      this.inName = tracked && this.depth > 0 && this.expectName && this.namesLeft > 0;
      this.nameFrom = at + 1;
      this.nameHead = '';
    } else if ((byte | BRACE_BIT) === OPEN) {
      this.open(byte, this.position + at, tracked);
    } else if ((byte | BRACE_BIT) === CLOSE) {
      this.depth -= 1;
      if (this.objects > this.depth) this.objects = this.depth;
      this.expectName = false;
      if (this.depth < 0) throw new MalformedJson(this.position + at, 'Unexpected closing bracket');
      this.complete = this.depth === 0;
    } else if (tracked && byte === COMMA) {
      this.expectName = true;
    } else if (tracked && byte === COLON) {
      this.expectName = false;
    }
  }

  private open(byte: number, position: number, tracked: boolean): void {
    this.depth += 1;
    if (this.depth > this.ranges.limits.depth) this.tooDeep = true;
    if (!tracked) return;
    if (byte !== LIST) {
      if (this.depth > this.longestPath) return;
      this.objects = this.depth;
      this.names[this.depth] = undefined;
      this.expectName = true;
      return;
    }
    const path = this.paths.find(
      (each) => each.length === this.depth - 1 && each.every((name, level) => this.names[level + 1] === name),
    );
    if (path === undefined) return;
    if (this.list !== null) {
      const names = [this.list.path, path].map((each) => each.join('.'));
      throw new AppError(
        'invalid',
        'INTAKE.TWO_LISTS',
        `The body holds two lists of records (${names.join(' and ')}); send one.`,
      );
    }
    this.list = { path, open: position + 1, close: position + 1 };
    this.inList = true;
    this.listDepth = this.depth;
    this.start = position + 1;
  }
}

/** The name of a field from what stands between its quotes; undefined for one that is no JSON. */
function nameOf(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  if (!text.includes('\\')) return text;
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    // The parser will say what is wrong with it.
    return undefined;
  }
}
