import type { Place } from '../problems/problem.js';

/** A YAML document as plain nodes that know where they stand; the YAML library does not leak past this type. */
export type Tree = MapTree | ListTree | ScalarTree;
/** A node without children. */
export type ScalarTree = TextTree | NumberTree | BooleanTree | NullTree;

interface Placed {
  readonly place: Place;
  /** Number of nodes in this subtree, aliases counted as often as they are used. */
  readonly size: number;
}
export interface MapTree extends Placed {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
}
export interface MapEntry {
  readonly key: string;
  readonly keyPlace: Place;
  readonly value: Tree;
}
export interface ListTree extends Placed {
  readonly kind: 'list';
  readonly items: readonly Tree[];
}
export interface TextTree extends Placed {
  readonly kind: 'text';
  readonly value: string;
}
export interface NumberTree extends Placed {
  readonly kind: 'number';
  readonly value: number;
  /** As written; keeps the digits of integers beyond 2^53. */
  readonly source: string;
}
export interface BooleanTree extends Placed {
  readonly kind: 'boolean';
  readonly value: boolean;
}
export interface NullTree extends Placed {
  readonly kind: 'null';
}

/** The value of a key, or undefined. */
export function child(map: MapTree, key: string): Tree | undefined {
  return map.entries.find((entry) => entry.key === key)?.value;
}

/** The node as an ordinary JavaScript value. */
export function plain(tree: Tree): unknown {
  switch (tree.kind) {
    case 'map': {
      const object: Record<string, unknown> = {};
      for (const { key, value } of tree.entries) {
        // defineProperty, because assigning to `__proto__` would not store a key.
        Object.defineProperty(object, key, {
          value: plain(value),
          enumerable: true,
          writable: true,
          configurable: true,
        });
      }
      return object;
    }
    case 'list':
      return tree.items.map(plain);
    case 'null':
      return null;
    case 'text':
    case 'number':
    case 'boolean':
      return tree.value;
  }
}

/** A word for the kind of a node, for messages. */
export function kindName(tree: Tree): string {
  switch (tree.kind) {
    case 'map':
      return 'a map';
    case 'list':
      return 'a list';
    case 'text':
      return 'text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'a boolean';
    case 'null':
      return 'empty';
  }
}
