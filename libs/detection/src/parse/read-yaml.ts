import type { Problem } from '../problems/problem.js';
import { plain } from './tree.js';
import { readYamlDocuments } from './yaml-documents.js';

/** The documents of a YAML text as ordinary values, read with the limits that rule files have. Never throws. */
export function readYaml(source: { path: string; text: string }): { values: unknown[]; problems: Problem[] } {
  const { documents, problems } = readYamlDocuments(source.path, source.text);
  return { values: documents.map(({ tree }) => plain(tree)), problems };
}
