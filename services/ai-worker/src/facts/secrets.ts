/** The text that replaces a secret. */
const MASK = '[secret]';

/**
 * Forms of secrets: prefixes that vendors document for their keys and tokens, and the ways in which passwords stand in
 * text. A secret in a field of an event has leaked once; sending it on would be the second time.
 */
const SECRETS: readonly RegExp[] = [
  // Private keys in PEM, whole or cut off.
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // AWS: access key ids (IAM identifiers, "Unique ID prefixes") and secrets beside their name.
  /\b(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{12,}\b/g,
  // GitHub (token formats since 2021), GitLab, Slack, Stripe, npm, PyPI, SendGrid, Google, OpenAI and the like.
  /\bgh[opusr]_[A-Za-z0-9]{16,}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}\b/g,
  /\bglpat-[A-Za-z0-9_-]{16,}/g,
  /\bxox[abeoprs]-[A-Za-z0-9-]{8,}/g,
  /\b[rsp]k_(?:live|test)_[A-Za-z0-9]{12,}\b/g,
  /\bnpm_[A-Za-z0-9]{30,}\b/g,
  /\bpypi-[A-Za-z0-9_-]{30,}/g,
  /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\bya29\.[A-Za-z0-9_-]{20,}/g,
  /\bsk-[A-Za-z0-9_-]{16,}/g,
  /\bdop_v1_[a-f0-9]{32,}\b/g,
  /\bhvs\.[A-Za-z0-9_-]{20,}/g,
  /\bhttps:\/\/hooks\.slack\.com\/services\/[A-Za-z0-9/]+/g,
  // JSON Web Tokens, RFC 7519: three parts, the first begins with {" in base64url.
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g,
  // Authorization headers.
  /\b(?:bearer|basic)\s+(?=[A-Za-z+/_.~=-]*\d)[A-Za-z0-9+/_.~=-]{12,}/gi,
  // The password in a URL.
  /(?<=:\/\/[^\s/:@]{0,128}:)[^\s/@]{1,256}(?=@)/g,
  // password=…, "api_key": "…", --token …
  /(?<=\b(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|client[_-]?secret|private[_-]?key|credential|session[_-]?id|cookie)s?["']?\s{0,3}[:=]\s{0,3}["']?)[^\s"',;&]{3,}/gi,
  /(?<=--(?:password|token|secret|api-key)[ =])\S{3,}/gi,
];

/** Long words without a recognisable form that are too random to be a name. */
const LONG_WORD = /[A-Za-z0-9+/_=-]{28,}/g;
/**
 * Share of places in a word at which upper case, lower case and digits change, above which it is taken for a key. In
 * base64 of random bytes it is about 0.6, in names made of words (`UpdateFunctionConfiguration20150331v2`) below 0.25.
 */
const RANDOM_SHARE = 0.4;
/** Identifiers that are written in hexadecimal, UUIDs among them, have at most 4 bits per character. */
const HEX = /^[0-9a-f-]+$/i;

/** The text without what looks like a key, a token or a password. */
export function maskSecrets(text: string): string {
  let masked = text;
  for (const secret of SECRETS) masked = masked.replace(secret, MASK);
  return masked.replace(LONG_WORD, (word) => (isRandom(word) ? MASK : word));
}

function isRandom(word: string): boolean {
  // 256 bits in hexadecimal are a key or a hash; neither tells a model anything.
  if (HEX.test(word)) return word.replaceAll('-', '').length >= 40;
  return /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word) && changes(word) >= RANDOM_SHARE;
}

/** Share of neighbours in a word that are of different kinds; separators are of no kind. */
function changes(word: string): number {
  const kinds = [...word.replace(/[^A-Za-z\d]/g, '')].map((c) =>
    /[a-z]/.test(c) ? 'a' : /[A-Z]/.test(c) ? 'A' : '1',
  );
  return kinds.filter((kind, i) => i > 0 && kind !== kinds[i - 1]).length / Math.max(1, kinds.length - 1);
}
