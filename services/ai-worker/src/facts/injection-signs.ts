import { plainText, revealTags } from './plain-text.js';

const WORDS = '[^.!?]{0,40}?';
/** Whose instructions: without it "ignore rules" is a setting, not a sentence. */
const WHICH =
  '(all|any|every|previous|prior|above|preceding|earlier|former|existing|your|these|those|the|its|my)';

/*
 * What text says that is meant for a model rather than for a log. Kept narrow: each pattern needs a verb and its object,
 * so that ordinary words of logs do not fit. All are tried on text in lower case without accents and punctuation games,
 * see `readings`.
 */

/** Taking the place of the instructions that a model has. No ordinary log or answer contains such text. */
const OVERRIDES: readonly RegExp[] = [
  // "ignore all previous instructions", in the languages that such lists are written in most.
  new RegExp(
    `\\b(ignore|disregard|forget|discard)\\b${WORDS}\\b${WHICH}\\b${WORDS}\\b(instructions?|prompts?|rules?|guidelines?|directions?|directives?|context|polic(y|ies)|constraints?)\\b`,
  ),
  new RegExp(
    `\\b(override|bypass|skip|drop|replace)\\b${WORDS}\\b${WHICH}\\b${WORDS}\\b(instructions?|prompts?|guidelines?|directives?)\\b`,
  ),
  /\b(ignore|disregard|forget)\b.{0,24}\b(everything|anything|all|what)\b.{0,24}\b(above|before|so far|said|told|earlier)\b/,
  new RegExp(`\\b(ignoriere|vergiss|missachte)\\b${WORDS}\\b(anweisung|vorgabe|regel|befehl)`),
  new RegExp(
    `\\b(ignora|ignore[zs]?|olvida|oublie[zs]?|desconsidere|dimentica)\\b${WORDS}\\b(instrucc|instruct|consignes?|istruzion|instru|reglas|regles|regole)`,
  ),
  new RegExp(`(игнориру[йи]|забудь)${WORDS}(инструкц|правил|указани)`),
  /忽略.{0,12}(指令|指示|说明|提示|规则)|無視.{0,12}(指示|命令)|(指示|命令).{0,12}無視/,
  /<\|?(im_start|im_end|system|assistant|user|endoftext|eot_id|start_header_id|begin_of_text|end_of_turn|start_of_turn)\|?>/,
  /\[\/?(inst|system|assistant)\]|<<\/?sys>>|<\/?(system|assistant|instructions?|prompt|data|tool|function)>/,
  /\b(jailbreak|prompt injection|do anything now)\b/,
];

const SIGNS: readonly RegExp[] = [
  ...OVERRIDES,
  // Speaking to the model.
  /\b(you are|act as|behave as|pretend to be|roleplay as)\b.{0,30}\b(now|an? )?\b(assistant|ai|llm|language model|chatbot|dan|jailbr\w+|unrestricted|admin mode|developer mode|debug mode)\b/,
  /\b(note|message|instructions?|attention|notice|reminder|hint|memo)\b.{0,12}\b(to|for)\b.{0,16}\b(ai|llm|gpt|model|models|assistant|assistants|copilot|analyst|triage|soc|reviewer|scor\w+|summari\w+)\b/,
  /\b(dear|hello|hey|hi|attention|as an?)\b.{0,8}\b(ai|llm|gpt|language model|assistant|copilot|soc bot)\b/,
  /\b(ai|llm|model|assistant|analyst)\b.{0,12}\b(must|should|shall|needs? to|has to|is (?:instructed|required|asked) to)\b/,
  /\b(new|updated|revised|real|actual|following|additional|hidden|secret)\b.{0,16}\b(instructions?|system prompt|directives?|task|objective)\b.{0,4}(:|is\b|are\b|from\b)/,
  /\b(system|developer|admin|operator)\b.{0,4}\b(prompt|override|instructions?)\b/,
  /\b(system|developer|assistant|user|human) ?: ?.{0,40}\b(score|severity|risk|report|ignore|respond|answer|output|benign|finding|alert)\b/,
  /\b(reveal|print|repeat|show|output|leak|disclose)\b.{0,30}\b(your|the)\b.{0,12}\b(prompt|instructions?|rules|system message)\b/,
  // Telling it what to answer.
  /\b(set|return|output|give|assign|respond|reply|answer|rate|score|mark|classify|label|report|treat|consider|assess|deem|downgrade|lower|reduce|close|dismiss|resolve|suppress|record|rank|use|keep|put|make)\b.{0,40}\b(risk|scores?|severity|finding|alert|event|incident|priority|verdict|this|it|confidence|entry)\b.{0,30}\b(0|zero|none|low|lowest|minimal|minimum|benign|harmless|safe|false positives?|informational|info|resolved|closed|ignored?|noise|nothing|clean|trusted|expected|legitimate|100|critical|maximum)\b/,
  /\b(respond|reply|answer|write|say|output|print|state|begin|start|end|finish|include|append|add|insert|mention)\b.{0,16}\b(with|only|exactly|the (?:word|words|phrase|sentence|text|line|string|following)|that|in)\b.{0,60}\b(summary|answer|explanation|json|response|report|approved|authori[sz]ed|benign|safe|harmless|false positive|no action|word|phrase|sentence|nothing|score)\b/,
  /\b(do not|dont|don t|never|no need to|avoid|refrain from)\b.{0,24}\b(report|reporting|flag|flagging|alert|alerting|mention|mentioning|include|raise|raising|escalate|escalating|investigate|investigating|score|notify|cite|warn)\b/,
  /\b(nicht|keinesfalls)\b.{0,16}\b(melden|erwahnen|eskalieren|bewerten)\b|\b(bewerte|stufe|setze)\b.{0,30}\b(als|auf)\b.{0,12}\b(harmlos|null|0|niedrig|ungefahrlich)\b/,
  // Settling the matter from within.
  /\b(this|the|these|above|following|all)\b.{0,12}\b(event|finding|alert|activity|login|logins|failures?|sign ?in|incident|change|access|detection|behaviou?r|entry|request|user|account)s?\b.{0,24}\b(is|are|was|were|has been|have been)\b.{0,24}\b(benign|authori[sz]ed|approved|expected|false positives?|safe|harmless|whitelisted|allowlisted|pre ?approved|part of an?|only a test|known good|trusted|legitimate|nothing to)\b/,
  /\b(false positive|no (further )?action (is )?(required|needed)|nothing to see|safe to (ignore|close|dismiss)|can be (safely )?(ignored|closed|dismissed))\b/,
  /\b(pre ?approved|authori[sz]ed|approved|sanctioned|signed off|cleared)\b by\b.{0,24}\b(the )?(security|soc|ciso|compliance|it|audit|admin\w*|management)\b.{0,16}\b(team|department|officer|exercise|test|operations)?/,
  /\b(risk )?scor\w*\b.{0,12}\b(must|should|has to|needs to|shall|is|to|be|=|:)\b.{0,12}\b(0|zero|1|5|10|low|lowest|minimal|100|maximum)\b/,
  // Forms of the answer, and of the end of the data block.
  /["'{ ](risk_?score|score|confidence|summary|what_happened|why_it_matters|check_next|harmless_if)["']? ?: ?["'[{\d]/,
  /(^|\s)(#{2,}|={3,}|-{3,}) ?(instructions?|system|response|answer|(?:end|begin)(?! (?:certificate|rsa|private|public|ec|dsa|openssh|pgp|encrypted)\b)|new|task)\b/,
  /\b(begin|end|start|close) (of )?(the )?(untrusted )?(data|input|log|events?|context|document|evidence)\b( block)?( [0-9a-f]{4,}|\s*[:>\]*-])/,
];

/** Longest piece of a text that is looked at in all its readings. */
const LOOK_AT = 20_000;

/** Whether a text tries to tell a model what to do, plainly or in one of the usual disguises. */
export function triesToInstruct(text: string): boolean {
  // No sentence, no instruction; most values of logs end here.
  if (text.length < 8) return false;
  return readings(text.slice(0, LOOK_AT)).some((reading) => SIGNS.some((sign) => sign.test(reading)));
}

/** Whether a text tries to take the place of a model's instructions: the part of {@link triesToInstruct} that is beyond doubt. */
export function triesToOverride(text: string): boolean {
  return readings(text.slice(0, LOOK_AT)).some((reading) => OVERRIDES.some((sign) => sign.test(reading)));
}

/** The ways in which a model would read the text: as it stands, percent-decoded, base64-decoded, spelled out. */
function readings(text: string): string[] {
  const found = [text];
  const unescaped = unescape(text);
  if (unescaped !== text) found.push(unescaped);
  for (const [encoded] of text.matchAll(/[A-Za-z0-9+/_-]{24,}={0,2}/g)) {
    const decoded = Buffer.from(encoded, 'base64').toString('utf8');
    if (/^[\p{L}\p{N}\p{P}\p{S}\p{Zs}\r\n\t]+$/u.test(decoded)) found.push(decoded);
  }
  for (const [encoded] of text.matchAll(/(?:[0-9a-f]{2}[ :]?){12,}/gi)) {
    const decoded = Buffer.from(encoded.replace(/[ :]/g, ''), 'hex').toString('utf8');
    if (/^[ -~\r\n\t]+$/.test(decoded)) found.push(decoded);
  }
  return found.flatMap((reading) => {
    const folded = fold(reading);
    const spaced = folded.replace(/[_\-+.~/\\|*,;]+/g, ' ').replace(/\s+/g, ' ');
    return [folded, spaced, respell(spaced), camelCase(reading)];
  });
}

function unescape(text: string): string {
  const spaced = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return spaced
    .replace(/\\u\{?([0-9a-f]{4,6})\}?/gi, (_, hex: string) => fromCode(Number.parseInt(hex, 16)))
    .replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => fromCode(Number.parseInt(hex, 16)))
    .replace(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));/gi, (_, hex?: string, decimal?: string) =>
      fromCode(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
    )
    .replace(/&(lt|gt|quot|amp|nbsp);/gi, (_, name: string) => ENTITIES[name.toLowerCase()] ?? ' ')
    .replace(/\\[nrt]/g, ' ');
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&', nbsp: ' ' };

function fromCode(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

/** Letters of other scripts, and digits, that are read as Latin letters. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  а: 'a',
  в: 'b',
  с: 'c',
  е: 'e',
  ё: 'e',
  һ: 'h',
  і: 'i',
  ї: 'i',
  ј: 'j',
  к: 'k',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  ѕ: 's',
  т: 't',
  у: 'y',
  ѵ: 'v',
  х: 'x',
  ѡ: 'w',
  ԁ: 'd',
  ԛ: 'q',
  ɡ: 'g',
  ӏ: 'l',
  α: 'a',
  β: 'b',
  ε: 'e',
  η: 'n',
  ι: 'i',
  κ: 'k',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  τ: 't',
  υ: 'u',
  χ: 'x',
  ω: 'w',
};

/** Lower case, compatibility forms and accents taken off, nothing invisible, look-alikes as what they look like. */
function fold(text: string): string {
  const plain = plainText(revealTags(text))
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .normalize('NFC');
  // Only words that mix scripts: Russian text stays Russian.
  return plain.replace(/[\p{L}\p{N}]+/gu, (word) =>
    /[a-z]/.test(word) && /[^\p{ASCII}]/u.test(word)
      ? [...word].map((letter) => LOOKALIKES[letter] ?? letter).join('')
      : word,
  );
}

const LEET: Readonly<Record<string, string>> = {
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** "1gn0r3 pr3v10us" and "i g n o r e" as words. */
function respell(text: string): string {
  const joined = text.replace(/\b(?:\p{L} ){3,}\p{L}\b/gu, (letters) => letters.replaceAll(' ', ''));
  return joined.replace(/[\p{L}\d@$!]+/gu, (word) =>
    /\p{L}/u.test(word) && /[\d@$!]/.test(word) ? [...word].map((c) => LEET[c] ?? c).join('') : word,
  );
}

/** "ignorePreviousInstructions" as words. */
function camelCase(text: string): string {
  return /[a-z][A-Z]/.test(text)
    ? fold(text.replace(/(?<=[a-z])(?=[A-Z])/g, ' ')).replace(/[_-]+/g, ' ')
    : '';
}
