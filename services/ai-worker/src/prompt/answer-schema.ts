import { CONFIDENCES } from '@mcm/contracts';
import { z } from 'zod';

const Evidence = z.object({
  event: z.string().describe('An id from the data: rule, e1, e2 …'),
  field: z.string().describe('A field that this entry has in the data, such as ip or severity'),
});

const Claim = z.object({
  text: z.string().describe('One sentence of at most 300 characters'),
  evidence: z.array(Evidence).describe('What the sentence rests on'),
});

/** What a model has to answer. Lengths stand in the descriptions: not every server knows the keywords for them. */
export const Answer = z.object({
  score: z.number().int().describe('Risk from 0 (harmless) to 100 (act now)'),
  confidence: z.enum(CONFIDENCES).describe('How sure you are'),
  summary: z.string().describe('What happened, in one sentence of at most 250 characters'),
  what_happened: z.array(Claim).describe('1 to 5 statements about the events, each with evidence'),
  why_it_matters: z.array(Claim).describe('1 to 3 statements on what it may mean here, each with evidence'),
  check_next: z.array(Claim).describe('2 to 4 things to check next, the most telling first'),
  harmless_if: z.array(Claim).describe('0 to 2 things that would have to be true for this to be harmless'),
  controls: z.array(z.string()).describe('Controls from the data that are concerned, written as there'),
});
export type Answer = z.infer<typeof Answer>;

/** {@link Answer} as JSON Schema, in the subset that servers of structured outputs take. */
export const ANSWER_SCHEMA: Readonly<Record<string, unknown>> = jsonSchema();

function jsonSchema(): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(Answer, {
    override: ({ jsonSchema }) => {
      // The bounds of safe integers say nothing here, and not every server takes the keywords.
      delete jsonSchema.minimum;
      delete jsonSchema.maximum;
    },
  });
  return schema;
}
