import { createHash } from 'node:crypto';

/** Longest text that windows keep as it is. */
const KEPT_LENGTH = 1024;
const SHOWN_LENGTH = 200;

/**
 * What windows remember of a text that tells groups or values apart. A very long one is kept as its beginning and its
 * hash: still distinct for distinct texts, but a producer cannot fill the memory with it.
 */
export function boundedText(text: string): string {
  if (text.length <= KEPT_LENGTH) return text;
  return `${text.slice(0, SHOWN_LENGTH)}… (sha256 ${createHash('sha256').update(text, 'utf8').digest('hex')})`;
}
