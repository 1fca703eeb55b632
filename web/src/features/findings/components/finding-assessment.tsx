import { LoaderCircle, Sparkles } from 'lucide-react';
import type { ReactNode } from 'react';
import { May } from '@/components/may';
import { SheetSection } from '@/components/record-sheet';
import { severityLabel } from '@/components/severity';
import { ProblemCard } from '@/components/states/problem-card';
import { UntrustedProse } from '@/components/untrusted';
import { Button } from '@/components/ui/button';
import { useEnrichFinding } from '../api/enrich-finding';
import type { FindingDetail } from '../api/get-finding';
import { EnrichmentNotes } from './enrichment-notes';
import { EnrichmentOrigin } from './enrichment-origin';
import { FindingExplanation } from './finding-explanation';
import { RateEnrichment } from './rate-enrichment';
import { RiskScore } from './risk-score';

/** What the rule demands and what the model, or the heuristic, says: side by side, never mixed. */
export function FindingAssessment({ finding }: { finding: FindingDetail }) {
  const enrich = useEnrichFinding(finding.id);
  const scored = finding.risk_score !== null;
  const details = finding.enrichment?.details;
  return (
    <SheetSection
      title="Assessment"
      actions={
        <May permission="triage">
          <Button variant="outline" size="sm" onClick={() => enrich.mutate()} disabled={enrich.isPending}>
            {enrich.isPending ? (
              <LoaderCircle aria-hidden className="animate-spin" />
            ) : (
              <Sparkles aria-hidden />
            )}
            {enrich.isPending ? 'Scoring…' : scored ? 'Score again' : 'Score and explain'}
          </Button>
        </May>
      }
    >
      <div className="grid grid-cols-3 divide-x rounded-lg border">
        <Said by="Rule demands">
          {finding.rule_score === null ? (
            severityLabel(finding.severity)
          ) : (
            <Points score={finding.rule_score} />
          )}
        </Said>
        <Said by={finding.enrichment_source === 'heuristic' ? 'Heuristic says' : 'Model says'}>
          <Suggested finding={finding} />
        </Said>
        <Said by="Risk score">
          {finding.risk_score === null ? (
            <span className="font-normal text-muted-foreground">Not scored yet</span>
          ) : (
            <RiskScore score={finding.risk_score} />
          )}
        </Said>
      </div>
      <EnrichmentNotes finding={finding} />
      {details ? (
        <FindingExplanation details={details} events={finding.events} />
      ) : (
        finding.ai_explanation && (
          <p className="mt-3 text-pretty break-words whitespace-pre-line">
            <UntrustedProse>{finding.ai_explanation}</UntrustedProse>
          </p>
        )
      )}
      {scored && <EnrichmentOrigin finding={finding} />}
      {scored && <RateEnrichment id={finding.id} />}
      {enrich.isError && (
        <ProblemCard className="mt-3" problem={enrich.error} what="a score" onRetry={() => enrich.mutate()} />
      )}
      <p role="status" className="sr-only">
        {enrich.isSuccess ? 'The finding was scored.' : ''}
      </p>
    </SheetSection>
  );
}

/** What was suggested, also where it is too low to count. */
function Suggested({ finding: { enrichment_source, model_score, risk_score } }: { finding: FindingDetail }) {
  const score = enrichment_source === 'model' ? (model_score ?? risk_score) : risk_score;
  if (score === null) return <span className="font-normal text-muted-foreground">–</span>;
  return <Points score={score} />;
}

function Points({ score }: { score: number }) {
  return (
    <>
      <span className="tabular-nums">{score}</span>
      <span className="text-xs font-normal text-muted-foreground"> of 100</span>
    </>
  );
}

function Said({ by, children }: { by: string; children: ReactNode }) {
  return (
    <div className="px-3.5 py-2.5">
      <p className="text-xs text-muted-foreground">{by}</p>
      <p className="mt-0.5 font-semibold">{children}</p>
    </div>
  );
}
