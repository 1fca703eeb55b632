import type { EnrichmentClaim, EnrichmentDetails } from '@mcm/contracts';

/** The explanation as one text, for those who read nothing but `ai_explanation`. */
export function explanationText(details: EnrichmentDetails): string {
  const { summary, what_happened, why_it_matters, check_next, harmless_if } = details;
  const list = (title: string, claims: readonly EnrichmentClaim[], mark: (place: number) => string) =>
    claims.length === 0
      ? []
      : [`${title}\n${claims.map(({ text }, i) => `${mark(i + 1)} ${text}`).join('\n')}`];
  const dash = () => '-';
  return [
    summary,
    ...list('What happened:', what_happened, dash),
    ...list('Why it matters:', why_it_matters, dash),
    ...list('Check next:', check_next, (place) => `${place}.`),
    ...list('Harmless if:', harmless_if, dash),
  ].join('\n\n');
}
