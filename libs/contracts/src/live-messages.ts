import { z } from 'zod';
import { EnrichmentProgressed } from './enrichments.js';
import { EventsCounted } from './events/events-counted.js';
import { EnrichedFinding, RaisedFinding } from './events/findings.js';
import { RulesChanged } from './rules.js';

/** What arrives over `GET /stream`, by the name of the server-sent event. */
export const LiveMessages = z
  .object({
    finding: RaisedFinding,
    events: EventsCounted,
    enriched: EnrichedFinding,
    enrichment: EnrichmentProgressed,
    rules: RulesChanged,
    gap: z
      .object({})
      .describe('Messages were left out because the client was too slow: fetch the data again.'),
  })
  .meta({ id: 'LiveMessages', description: 'The data of server-sent events, by the name of the event.' });
export type LiveMessages = z.infer<typeof LiveMessages>;
