import { createHash } from 'node:crypto';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Node,
  type Document,
} from 'yaml';
import { messageOf } from '@mcm/kernel';
import { RULE_LIMITS } from '../limits.js';
import { ProblemList, type Place, type Problem } from '../problems/problem.js';
import type { MapEntry, Tree } from './tree.js';

/** One YAML document of a rule file. */
export interface YamlDocument {
  path: string;
  /** Where its content begins. */
  place: Place;
  tree: Tree;
  /** The document as it stands in its file, with the comments before it. */
  source: string;
  /** SHA-256 (hex) of the document's own text. */
  contentHash: string;
}

/** Hundreds of openings in a row: no rule has them, and the parser would take seconds to give up on a million. */
const NESTED = /(?:[[{]\s*){200}|(?:- ){200}/;
/** Faults of one document that are listed; a binary file would have thousands. */
const MAX_SYNTAX_ERRORS = 50;

/** Reads the YAML documents of one file. A broken document becomes problems; its neighbours are still read. */
export function readYamlDocuments(
  path: string,
  text: string,
): { documents: YamlDocument[]; problems: Problem[] } {
  const list = new ProblemList(path);
  const top = { line: 1, column: 1 };
  if (text.length > RULE_LIMITS.fileLength) {
    list.error(top, 'YAML.TOO_LARGE', `The file has more than ${RULE_LIMITS.fileLength} characters`);
    return { documents: [], problems: list.problems };
  }
  if (NESTED.test(text)) {
    list.error(top, 'YAML.TOO_DEEP', `Nested deeper than ${RULE_LIMITS.depth} levels`);
    return { documents: [], problems: list.problems };
  }
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const lines = new LineCounter();
  const nul = source.indexOf('\u0000');
  if (nul >= 0) {
    const before = source.slice(0, nul).split('\n');
    const place = { line: before.length, column: before.at(-1)!.length + 1 };
    list.error(place, 'YAML.SYNTAX', 'The character U+0000 cannot stand in a YAML file');
    return { documents: [], problems: list.problems };
  }
  let parsed: Document.Parsed[];
  try {
    // Duplicate keys are found below with a set; the parser's own check is quadratic.
    parsed = [
      ...parseAllDocuments(source, {
        lineCounter: lines,
        uniqueKeys: false,
        prettyErrors: false,
        logLevel: 'silent',
        version: '1.2',
      }),
    ];
  } catch (error) {
    // The parser descends recursively: thousands of nested brackets end here.
    const reason = error instanceof RangeError ? 'it is nested too deeply' : messageOf(error);
    list.error(top, 'YAML.SYNTAX', `The file cannot be read: ${reason}`);
    return { documents: [], problems: list.problems };
  }
  const documents: YamlDocument[] = [];
  const problems: Problem[] = [];
  let begin = 0;
  for (const document of parsed) {
    const end = document.range[2];
    const own = new ProblemList(path);
    if (documents.length >= RULE_LIMITS.documents) {
      own.error(
        placeAt(lines, document.range[0]),
        'YAML.TOO_LARGE',
        `The file has more than ${RULE_LIMITS.documents} documents`,
      );
      problems.push(...own.problems);
      break;
    }
    for (const error of document.errors.slice(0, MAX_SYNTAX_ERRORS)) {
      const deep = error.message.includes('call stack');
      own.error(
        placeAt(lines, error.pos[0]),
        deep ? 'YAML.TOO_DEEP' : 'YAML.SYNTAX',
        deep ? `Nested deeper than ${RULE_LIMITS.depth} levels` : error.message,
      );
    }
    for (const warning of document.warnings.slice(0, MAX_SYNTAX_ERRORS)) {
      own.warning(placeAt(lines, warning.pos[0]), 'YAML.SYNTAX', warning.message);
    }
    const contents: Node | null = document.contents;
    if (!own.failed && contents !== null && !isEmpty(contents)) {
      const tree = new TreeBuilder(lines, own).build(contents);
      if (tree !== undefined && !own.failed) {
        const body = source.slice(contents.range?.[0] ?? document.range[0], end).trimEnd();
        documents.push({
          path,
          place: tree.place,
          tree,
          source: ownText(source.slice(begin, end)),
          contentHash: createHash('sha256').update(body, 'utf8').digest('hex'),
        });
      }
    }
    problems.push(...own.problems);
    begin = end;
  }
  return { documents, problems };
}

/** The text of one document without the line that parts it from the one before. */
function ownText(text: string): string {
  return `${text.replace(/^\s*---(?:[^\S\n]*\n|(?=\s))/, '').trim()}\n`;
}

function isEmpty(node: Node): boolean {
  return isScalar(node) && (node.value === null || node.value === undefined);
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** Turns nodes of the YAML library into {@link Tree}; refuses what would need unbounded memory later. */
class TreeBuilder {
  private readonly anchors = new Map<string, Tree>();
  private tooBig = false;

  constructor(
    private readonly lines: LineCounter,
    private readonly problems: ProblemList,
  ) {}

  build(node: unknown, depth = 0): Tree | undefined {
    const place = this.placeOf(node);
    if (depth > RULE_LIMITS.depth) {
      if (!this.tooBig) {
        this.problems.error(place, 'YAML.TOO_DEEP', `Nested deeper than ${RULE_LIMITS.depth} levels`);
      }
      this.tooBig = true;
      return undefined;
    }
    const tree = this.convert(node, place, depth);
    if (tree === undefined) return undefined;
    if (tree.size > RULE_LIMITS.nodes) {
      if (!this.tooBig) {
        this.problems.error(
          place,
          'YAML.TOO_LARGE',
          `More than ${RULE_LIMITS.nodes} values, aliases included`,
        );
      }
      this.tooBig = true;
      return undefined;
    }
    const anchor = hasAnchor(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.anchors.set(anchor, tree);
    return tree;
  }

  private convert(node: unknown, place: Place, depth: number): Tree | undefined {
    if (isAlias(node)) {
      const target = this.anchors.get(node.source);
      if (target === undefined) {
        this.problems.error(
          place,
          'YAML.ALIAS',
          `The alias *${node.source} has no finished anchor before it`,
        );
      }
      return target;
    }
    if (isMap(node)) {
      const entries: MapEntry[] = [];
      const seen = new Set<string>();
      let size = 1;
      for (const pair of node.items) {
        const key = this.keyOf(pair.key);
        const keyPlace = this.placeOf(pair.key);
        if (key === undefined) {
          this.problems.error(keyPlace, 'YAML.KEY', 'A key must be plain text');
          continue;
        }
        if (seen.has(key)) {
          this.problems.error(keyPlace, 'YAML.DUPLICATE_KEY', `The key "${key}" is given twice`);
          continue;
        }
        seen.add(key);
        const value: Tree | undefined =
          pair.value === null || pair.value === undefined
            ? { kind: 'null', place: keyPlace, size: 1 }
            : this.build(pair.value, depth + 1);
        if (value === undefined) {
          if (this.tooBig) return undefined;
          continue;
        }
        size += 1 + value.size;
        entries.push({ key, keyPlace, value });
      }
      return { kind: 'map', entries, place, size };
    }
    if (isSeq(node)) {
      const items: Tree[] = [];
      let size = 1;
      for (const item of node.items) {
        const value = this.build(item, depth + 1);
        if (value === undefined) {
          if (this.tooBig) return undefined;
          continue;
        }
        size += value.size;
        items.push(value);
      }
      return { kind: 'list', items, place, size };
    }
    if (isScalar(node)) {
      const value: unknown = node.value;
      if (value === null || value === undefined) return { kind: 'null', place, size: 1 };
      if (typeof value === 'boolean') return { kind: 'boolean', value, place, size: 1 };
      if (typeof value === 'number') {
        return { kind: 'number', value, source: node.source ?? String(value), place, size: 1 };
      }
      return { kind: 'text', value: String(value), place, size: 1 };
    }
    return { kind: 'null', place, size: 1 };
  }

  private keyOf(node: unknown): string | undefined {
    if (isScalar(node)) {
      const value: unknown = node.value;
      if (typeof value === 'string') return value;
      return node.source ?? String(value ?? '');
    }
    return undefined;
  }

  private placeOf(node: unknown): Place {
    const range = hasRange(node) ? node.range : undefined;
    return range ? placeAt(this.lines, range[0]) : { line: 1, column: 1 };
  }
}

function hasAnchor(node: unknown): node is { anchor?: string } {
  return typeof node === 'object' && node !== null && 'anchor' in node;
}

function hasRange(node: unknown): node is { range?: [number, number, number] | null } {
  return typeof node === 'object' && node !== null && 'range' in node;
}
