/**
 * Things in a text that point at something outside: if a model names one that it was not given, it made it up. Each
 * pattern is tried on a statement, and what it finds must stand in the data.
 */
const REFERENCES: readonly (readonly [RegExp, string])[] = [
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)]+/gi, 'a link'],
  [/\bwww\.[^\s"'<>)]+/gi, 'a link'],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, 'an e-mail address'],
  [
    /\b(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|net|org|io|dev|gov|edu|mil|info|biz|co|me|ru|cn|de|fr|uk|us|eu|app|cloud|ai|xyz|top|site|online|tech|ly|sh|to)\b/gi,
    'a host name',
  ],
  [/\b(?:\d{1,3}\.){3}\d{1,3}(?:\/\d{1,2})?\b/g, 'an address'],
  [/\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}\b/gi, 'an address'],
  [/\barn:aws[^\s,;)]*/gi, 'a resource name'],
  [/\bCVE-\d{4}-\d{4,}\b/gi, 'a CVE'],
  [/\bTA?\d{4}(?:\.\d{3})?\b/g, 'a technique'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, 'an id'],
  // Control numbers: SOC 2 (CC6.1, PI1.2), ISO 27001 (A.8.5), NIST 800-53 (AC-7), PCI DSS (8.3.4), paragraphs of laws.
  [/\b(?:CC|PI|A|C|P)\d{1,2}\.\d{1,2}\b/g, 'a control number'],
  [/\bA\.\d{1,2}(?:\.\d{1,2})+\b/g, 'a control number'],
  [/\b[A-Z]{2}-\d{1,2}(?:\(\d{1,2}\))?(?![\w-])/g, 'a control number'],
  [/\b\d{1,2}\.\d{1,2}\.\d{1,2}(?:\.\d{1,2})?\b/g, 'a control number'],
  [/\b\d{3}\.\d{3}(?:\([a-z0-9]+\))*/g, 'a control number'],
  [
    /(?:§+\s?|\b(?:article|art\.|section|requirement|control|req\.)\s)\d+(?:[.(]\w+\)?)*/gi,
    'a control number',
  ],
];

/** Numbers of two digits and more, which are facts when they stand in a statement on what happened. */
const NUMBERS = /(?<![\w.])\d{2,}(?:[.,]\d+)*(?![\w])/g;

/** What a text refers to that is not in the data; null when all of it is. */
export function inventedReference(text: string, data: string): string | null {
  for (const [pattern, what] of REFERENCES) {
    for (const [found] of text.matchAll(pattern)) {
      if (!data.includes(found.replace(/[.,;:]+$/, '').toLowerCase()))
        return `${what} that was not given (${shorten(found)})`;
    }
  }
  return null;
}

/** A number in a text that is not in the data; null when there is none. */
export function inventedNumber(text: string, data: string): string | null {
  for (const [found] of text.matchAll(NUMBERS)) {
    if (!data.includes(found)) return `a number that was not given (${shorten(found)})`;
  }
  return null;
}

/** Advice to look away, which is never a model's to give. As a condition ("harmless if …") it has a place of its own. */
const DISMISSALS: readonly RegExp[] = [
  /\b(no (further |immediate )?(action|investigation|response|follow-?up)|nothing) (is |are )?(needed|required|necessary|to (do|worry))/i,
  /\b(can|may|should|could|to) be (safely )?(ignored|closed|dismissed|disregarded|suppressed|resolved|whitelisted|allow-?listed)\b/i,
  /\bsafe to (ignore|close|dismiss|disregard|resolve)\b/i,
  /\b(ignore|close|dismiss|disregard|suppress|resolve) (this|the) (finding|alert|event|incident|detection)\b/i,
  /\b(this|it|the (finding|alert|activity|event|sign-?in|login|change)) (is|was|appears to be|seems to be|looks) (completely |entirely |clearly |most likely |likely |probably )?(a )?(benign|harmless|safe|legitimate|authori[sz]ed|approved|false positive|expected|routine and expected|not a (risk|threat|concern))\b/i,
  /\bfalse[- ]positive\b/i,
  /\b(pre-?)?(approved|authori[sz]ed|sanctioned|cleared) by (the )?(security|soc|compliance|it|ciso)\b/i,
];

/** Whether a text advises to look away. */
export function dismisses(text: string): boolean {
  return DISMISSALS.some((pattern) => pattern.test(text));
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
