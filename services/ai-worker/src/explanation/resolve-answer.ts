import type { EnrichmentClaim, EnrichmentDetails } from '@mcm/contracts';
import type { Facts } from '../facts/build-facts.js';
import { fillPlaceholders } from '../facts/placeholders.js';
import { repeatable } from '../facts/repeatable.js';
import type { Answer } from '../prompt/answer-schema.js';

/** A valid answer as it reads for one finding: with its own names, and with the events that it cites. */
export function resolveAnswer(answer: Answer, facts: Facts): EnrichmentDetails {
  const names = Object.fromEntries(
    Object.entries(facts.placeholders).map(([name, value]) => [name, repeatable(value)]),
  );
  const fill = (text: string) => fillPlaceholders(text, names);
  const claims = (given: Answer['what_happened']): EnrichmentClaim[] =>
    given.map(({ text, evidence }) => ({
      text: fill(text),
      evidence: evidence.map(({ event, field }) => ({
        event_uids: facts.citable.get(event)?.event_uids ?? [],
        field,
      })),
    }));
  return {
    summary: fill(answer.summary),
    what_happened: claims(answer.what_happened),
    why_it_matters: claims(answer.why_it_matters),
    check_next: claims(answer.check_next),
    harmless_if: claims(answer.harmless_if),
    controls: byFramework(answer.controls),
  };
}

function byFramework(controls: readonly string[]): Record<string, string[]> {
  const frameworks: Record<string, string[]> = {};
  for (const control of controls) {
    const colon = control.indexOf(':');
    (frameworks[control.slice(0, colon)] ??= []).push(control.slice(colon + 1));
  }
  return frameworks;
}
