import type { EnrichmentClaim, EnrichmentDetails } from '@mcm/contracts';
import type { EnrichmentRecord, FindingForEnrichment } from '../enrich-finding/enrichment-store.js';
import type { Facts } from '../facts/build-facts.js';
import { textsIn } from '../facts/field-values.js';
import { repeatable } from '../facts/repeatable.js';
import { ruleScore } from './rule-score.js';

/** Why the heuristic answers although a model is configured. */
export interface Fallback {
  code: string;
  /** For people, in one sentence. */
  reason: string;
}

/** What the heuristic knows about a finding beside the finding itself. */
export interface HeuristicContext {
  facts: Facts;
  fallback: Fallback | null;
  /** The exchange with a model that led to nothing, and what it used. */
  spent?: Pick<
    EnrichmentRecord,
    'exchange_id' | 'input_tokens' | 'output_tokens' | 'cost_usd' | 'placeholders'
  >;
}

/** Scores by severity and rule alone: deterministic, free, and there when no model is. */
export function heuristicEnrichment(
  finding: FindingForEnrichment,
  { facts, fallback, spent }: HeuristicContext,
): EnrichmentRecord {
  const { score, base, because } = ruleScore(finding);
  const why =
    because === null
      ? `the base score for severity ${finding.severity}`
      : `at least ${score} because ${because} (severity ${finding.severity} alone gives ${base})`;
  const events = finding.event_count === 1 ? 'one event' : `${finding.event_count} events`;
  const summary = `Heuristic score ${score} of 100: ${why}.`;
  const said = (text: string) => withoutSentences(text, finding);
  const happened = `Rule ${finding.rule_name} fired for ${said(finding.user)} on ${events}: ${said(finding.description)}`;
  return {
    risk_score: score,
    rule_score: score,
    model_score: null,
    confidence: null,
    explanation: `${summary} ${happened}`,
    details: details(finding, facts, summary, happened),
    source: 'heuristic',
    model: null,
    prompt_version: null,
    exchange_id: spent?.exchange_id ?? null,
    cached: false,
    input_tokens: spent?.input_tokens ?? null,
    output_tokens: spent?.output_tokens ?? null,
    cost_usd: spent?.cost_usd ?? null,
    injections: facts.injections,
    fallback,
    placeholders: spent?.placeholders ?? null,
    finding_revision: finding.revision,
  };
}

/** What is looked at of each event, in characters. */
const LOOK_AT = 64 * 1024;

/** The rule's sentence without the sentences of producers in it. */
function withoutSentences(text: string, { evidence, user }: FindingForEnrichment): string {
  const values = new Set([user]);
  for (const event of evidence) {
    values.add(event.user).add(event.event_type);
    for (const { text: value } of textsIn(event.raw_data, LOOK_AT))
      if (text.includes(value)) values.add(value);
  }
  // The longest first, so that none is left over that held a shorter one.
  const found = [...values].filter((value) => value !== '').sort((one, other) => other.length - one.length);
  return found.reduce((left, value) => left.replaceAll(value, repeatable(value)), text);
}

function details(
  finding: FindingForEnrichment,
  facts: Facts,
  summary: string,
  happened: string,
): EnrichmentDetails {
  const event_uids = finding.evidence.map(({ uid }) => uid);
  const what_happened: EnrichmentClaim[] = [
    { text: happened, evidence: [{ event_uids, field: 'event_type' }] },
  ];
  if (facts.injections.length > 0) {
    what_happened.push({
      text: 'Text in the events tries to tell a model how to assess them. Ordinary logs contain no such text: it was put there on purpose.',
      evidence: facts.injections.map(({ event_uid, field }) => ({ event_uids: [event_uid], field })),
    });
  }
  return {
    summary,
    what_happened,
    why_it_matters: [
      ...(finding.rule?.about
        ? [{ text: finding.rule.about, evidence: [{ event_uids: [], field: 'about' }] }]
        : []),
      {
        text: `The rule "${finding.title}" rates this ${finding.severity}.`,
        evidence: [{ event_uids: [], field: 'severity' }],
      },
    ],
    check_next: steps(finding.rule?.runbook ?? '').map((text) => ({
      text,
      evidence: [{ event_uids: [], field: 'runbook' }],
    })),
    harmless_if: (finding.rule?.false_positives ?? []).map((text) => ({
      text,
      evidence: [{ event_uids: [], field: 'false_positives' }],
    })),
    controls: finding.controls,
  };
}

/** The steps of a runbook, which is written as a numbered list or as lines. */
function steps(runbook: string): string[] {
  return runbook
    .split(/\n+/)
    .map((line) => line.replace(/^\s*(?:\d+[.)]|[-*])\s*/, '').trim())
    .filter((line) => line !== '');
}
