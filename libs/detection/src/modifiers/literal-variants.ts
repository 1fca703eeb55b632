import { RULE_LIMITS } from '../limits.js';
import { DASHES, type TextPart } from '../parse/sigma-text.js';

/** All texts that the parts match when they hold no wildcard; undefined when they do, or when there are too many. */
export function literalVariants(parts: readonly TextPart[]): string[] | undefined {
  let variants = [''];
  for (const part of parts) {
    switch (part.kind) {
      case 'literal':
        variants = variants.map((text) => text + part.text);
        break;
      case 'dash':
        variants = variants.flatMap((text) => [...DASHES].map((dash) => text + dash));
        break;
      case 'any-one':
      case 'any-run':
        return undefined;
    }
    if (variants.length > RULE_LIMITS.expansions) return undefined;
    if (variants.length * variants[0]!.length > RULE_LIMITS.documentSize) return undefined;
  }
  return variants;
}
