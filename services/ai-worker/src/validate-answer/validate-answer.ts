import type { Facts } from '../facts/build-facts.js';
import { triesToOverride } from '../facts/injection-signs.js';
import { plainText } from '../facts/plain-text.js';
import { PLACEHOLDER } from '../facts/placeholders.js';
import { Answer } from '../prompt/answer-schema.js';
import { dismisses, inventedNumber, inventedReference } from './references.js';

/** Longest texts that are taken, in characters. The prompt asks for shorter ones. */
const CAPS = { summary: 400, claim: 500 } as const;
/** Most statements of each part. */
const MOST = { what_happened: 6, why_it_matters: 4, check_next: 5, harmless_if: 3 } as const;
const MOST_EVIDENCE = 8;
type Part = keyof typeof MOST;

/** What came of looking at an answer. */
export type Verdict =
  /** It can be used; `problems` says what was cut out of it. */
  | { ok: true; answer: Answer; problems: readonly string[] }
  /** It is of no use; `problems` says why, in words that a model can be told. */
  | { ok: false; problems: readonly string[] };

/**
 * Checks the text that a model gave as its answer against the facts it was given. Statements without evidence, with
 * something made up, or with advice to look away are cut out; an answer of which too little is left is refused. Placeholders
 * and evidence ids stay as they are: the same answer may be used for another finding of the same shape.
 */
export function validateAnswer(text: string, facts: Facts): Verdict {
  const parsed = parseJson(text);
  if (parsed === undefined) return { ok: false, problems: ['it is not JSON'] };
  const shaped = Answer.safeParse(parsed);
  if (!shaped.success) {
    return {
      ok: false,
      problems: shaped.error.issues.map(
        ({ path, message }) => `${path.join('.') || 'the answer'}: ${message}`,
      ),
    };
  }
  const { score } = shaped.data;
  if (score < 0 || score > 100) return { ok: false, problems: [`score: ${score} is not from 0 to 100`] };
  return new Examination(shaped.data, facts).verdict();
}

class Examination {
  private readonly problems: string[] = [];
  /** In lower case, for looking things up. */
  private readonly data: string;

  constructor(
    private readonly answer: Answer,
    private readonly facts: Facts,
  ) {
    this.data = `${facts.text} ${Object.keys(facts.placeholders).join(' ')}`.toLowerCase();
  }

  verdict(): Verdict {
    const { answer } = this;
    const summary = plainText(answer.summary);
    const fault = summary === '' ? 'is empty' : this.faultOf(summary, CAPS.summary);
    if (fault !== null) return { ok: false, problems: [...this.problems, `summary: ${fault}`] };
    const parts = {
      what_happened: this.claims('what_happened'),
      why_it_matters: this.claims('why_it_matters'),
      check_next: this.claims('check_next'),
      harmless_if: this.claims('harmless_if'),
    };
    if (parts.what_happened.length === 0) {
      return { ok: false, problems: [...this.problems, 'what_happened: no statement with evidence is left'] };
    }
    const { score, confidence } = answer;
    return {
      ok: true,
      answer: { score, confidence, summary, ...parts, controls: this.controls() },
      problems: this.problems,
    };
  }

  private claims(part: Part): Answer[Part] {
    const taken: Answer[Part] = [];
    for (const [i, claim] of this.answer[part].entries()) {
      const text = plainText(claim.text);
      if (text === '') continue;
      const where = `${part}[${i}]`;
      if (taken.length >= MOST[part]) {
        this.problems.push(`${where}: more than ${MOST[part]} statements`);
        continue;
      }
      const evidence = this.evidence(claim.evidence, where);
      const fault =
        this.faultOf(text, CAPS.claim, part) ??
        (part === 'what_happened' ? inventedNumber(text, this.data) : null) ??
        (needsEvidence(part) && evidence.length === 0 ? 'has no evidence in the data' : null);
      if (fault === null) taken.push({ text, evidence });
      else this.problems.push(`${where}: ${fault}`);
    }
    return taken;
  }

  private evidence(given: Answer[Part][number]['evidence'], where: string): Answer[Part][number]['evidence'] {
    const taken = new Map<string, { event: string; field: string }>();
    for (const { event, field } of given) {
      // Models write the path as it stands in the data: `fields.ip` for `ip`.
      const name = field.replace(/^fields\./, '');
      const entry = this.facts.citable.get(event);
      if (entry?.fields.has(name)) taken.set(`${event} ${name}`, { event, field: name });
      else this.problems.push(`${where}: ${plainText(`${event} ${field}`).slice(0, 80)} is not in the data`);
    }
    return [...taken.values()].slice(0, MOST_EVIDENCE);
  }

  private controls(): string[] {
    const given = new Set(
      Object.entries(this.facts.controls).flatMap(([framework, controls]) =>
        controls.map((control) => `${framework}:${control}`),
      ),
    );
    return [...new Set(this.answer.controls)].filter((control) => {
      if (given.has(control)) return true;
      this.problems.push(`controls: ${plainText(control).slice(0, 60)} was not given`);
      return false;
    });
  }

  /** Why a text is not taken; null when it is. */
  private faultOf(text: string, cap: number, part?: Part): string | null {
    if (text.length > cap) return `is longer than ${cap} characters`;
    if (part !== 'harmless_if' && dismisses(text)) return 'advises to look away';
    if (triesToOverride(text)) return 'reads like an instruction';
    for (const [name] of text.matchAll(PLACEHOLDER)) {
      if (!Object.hasOwn(this.facts.placeholders, name)) return `names ${name}, which is not in the data`;
    }
    const invented = inventedReference(text, this.data);
    return invented === null ? null : `names ${invented}`;
  }
}

function needsEvidence(part: Part): boolean {
  return part === 'what_happened' || part === 'why_it_matters';
}

/** The JSON in a text: models think aloud before it, or put a fence around it. Undefined when there is none. */
function parseJson(text: string): unknown {
  const said = text.slice(text.lastIndexOf('</think>') + 1);
  const start = said.indexOf('{');
  const end = said.lastIndexOf('}');
  if (start < 0 || end < start) return undefined;
  try {
    return JSON.parse(said.slice(start, end + 1));
  } catch {
    return undefined;
  }
}
