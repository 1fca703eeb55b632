import { SEVERITIES, type Severity } from '@mcm/contracts';
import { AppError, messageOf } from '@mcm/kernel';
import type { StoredRating } from '@mcm/persistence';
import { z } from 'zod';
import type { FindingForEnrichment } from '../enrich-finding/enrichment-store.js';
import type { AllowList } from '../facts/allowed-fields.js';
import { safeFinding } from '../facts/safe-events.js';
import { type EvaluationCase, toCase } from './evaluation-case.js';

/** Points around a score within which another one is as good. */
const BAND = 10;

const Line = z.object({
  id: z.string(),
  rule: z.string(),
  rule_id: z.string(),
  title: z.string(),
  severity: z.enum(SEVERITIES),
  controls: z.record(z.string(), z.array(z.string())),
  user: z.string(),
  event_count: z.number().int(),
  events: z
    .array(
      z.object({
        type: z.string(),
        source: z.string(),
        user: z.string(),
        at: z.number(),
        data: z.record(z.string(), z.json()),
      }),
    )
    .min(1),
  /** Null when the rating says nothing about the score. */
  score: z.tuple([z.number(), z.number()]).nullable(),
  rating: z.object({ id: z.number(), verdict: z.string(), comment: z.string().nullable() }),
});

/** One case of an exported evaluation set, as JSON text. */
export function setLine(rating: StoredRating, finding: FindingForEnrichment, allowList: AllowList): string {
  const { user, events } = safeFinding(finding, allowList);
  return JSON.stringify({
    id: `rating-${rating.id}`,
    rule: finding.rule_name,
    rule_id: finding.rule_id,
    title: finding.title,
    severity: finding.severity,
    controls: finding.controls,
    user,
    event_count: finding.event_count,
    events,
    score: bandOf(rating),
    rating: { id: rating.id, verdict: rating.verdict, comment: rating.comment },
    enrichment: {
      source: rating.enrichment['source'] ?? null,
      model: rating.enrichment['model'] ?? null,
      prompt_version: rating.enrichment['prompt_version'] ?? null,
      risk_score: rating.enrichment['risk_score'] ?? null,
    },
  } satisfies z.input<typeof Line> & { enrichment: object });
}

/** The scores that a rating calls right; null when it calls none. */
function bandOf({ verdict, expected_score, enrichment }: StoredRating): [number, number] | null {
  const right = expected_score ?? (verdict === 'useful' ? enrichment['risk_score'] : null);
  if (typeof right !== 'number') return null;
  return [Math.max(0, right - BAND), Math.min(100, right + BAND)];
}

/**
 * The cases of an exported set. Those whose rating says nothing about the score are left out.
 *
 * @throws AppError `EVALUATION.INVALID` with the number of the line
 */
export function readSet(text: string): { cases: EvaluationCase[]; leftOut: number } {
  const cases: EvaluationCase[] = [];
  let leftOut = 0;
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = parseLine(line, i + 1);
    if (parsed.score === null) {
      leftOut += 1;
      continue;
    }
    const { id, rule, rule_id, title, severity, controls, user, event_count, events, score } = parsed;
    cases.push(
      toCase(
        {
          id,
          rule,
          user,
          description: `${title}: ${user}, ${event_count} events.`,
          event_count,
          events: events.map(({ data, ...event }) => ({ ...data, ...rawUser(data), ...event })),
          expect: { score, says: [], never: [] },
        },
        { id: rule_id, title, level: severity satisfies Severity, controls, words: null },
        cases.length + 1,
      ),
    );
  }
  return { cases, leftOut };
}

/** Fields of the raw data that have the name of one of the line itself; see `EventLine`. */
function rawUser(data: Record<string, unknown>): { user_?: string } {
  return typeof data['user'] === 'string' ? { user_: data['user'] } : {};
}

function parseLine(line: string, number: number): z.infer<typeof Line> {
  try {
    const parsed = Line.safeParse(JSON.parse(line));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new Error(`${issue?.path.join('.')}: ${issue?.message}`);
  } catch (error) {
    throw new AppError(
      'invalid',
      'EVALUATION.INVALID',
      `Line ${number} of the set is no case: ${messageOf(error)}`,
    );
  }
}
