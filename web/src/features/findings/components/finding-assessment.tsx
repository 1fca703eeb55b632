import { LoaderCircle, Sparkles } from 'lucide-react';
import type { ReactNode } from 'react';
import { Moment } from '@/components/moment';
import { SheetSection } from '@/components/record-sheet';
import { severityLabel } from '@/components/severity';
import { ProblemCard } from '@/components/states/problem-card';
import { UntrustedProse } from '@/components/untrusted';
import { Button } from '@/components/ui/button';
import { useEnrichFinding } from '../api/enrich-finding';
import type { FindingDetail } from '../api/get-finding';
import { RiskScore } from './risk-score';

/** What the rule says and what the model, or the heuristic, suggests: side by side, never mixed. */
export function FindingAssessment({ finding }: { finding: FindingDetail }) {
  const enrich = useEnrichFinding(finding.id);
  const scored = finding.risk_score !== null;
  const who = finding.enrichment_source === 'model' ? 'Model suggests' : 'Heuristic suggests';
  return (
    <SheetSection
      title="Assessment"
      actions={
        <Button variant="outline" size="sm" onClick={() => enrich.mutate()} disabled={enrich.isPending}>
          {enrich.isPending ? (
            <LoaderCircle aria-hidden className="animate-spin" />
          ) : (
            <Sparkles aria-hidden />
          )}
          {enrich.isPending ? 'Scoring…' : scored ? 'Score again' : 'Score and explain'}
        </Button>
      }
    >
      <div className="grid grid-cols-2 divide-x rounded-lg border">
        <Said by="Rule says">{severityLabel(finding.severity)}</Said>
        <Said by={scored ? who : 'Risk score'}>
          {finding.risk_score === null ? (
            <span className="font-normal text-muted-foreground">Not scored yet</span>
          ) : (
            <span className="inline-flex items-center gap-2">
              <RiskScore score={finding.risk_score} />
              <span className="text-xs font-normal text-muted-foreground">of 100</span>
            </span>
          )}
        </Said>
      </div>
      {finding.ai_explanation && (
        <p className="mt-3 text-pretty break-words whitespace-pre-line">
          <UntrustedProse>{finding.ai_explanation}</UntrustedProse>
        </p>
      )}
      {scored && (
        <p className="mt-1.5 text-xs text-muted-foreground">
          {finding.enrichment_source === 'model'
            ? `Written by the model ${finding.enrichment_model ?? ''}; it may be wrong.`
            : 'Computed from the rule and its facts, without a language model.'}
          {finding.enriched_at ? (
            <>
              {' '}
              <Moment iso={finding.enriched_at} />
            </>
          ) : null}
        </p>
      )}
      {enrich.isError && (
        <ProblemCard className="mt-3" problem={enrich.error} what="a score" onRetry={() => enrich.mutate()} />
      )}
      <p role="status" className="sr-only">
        {enrich.isSuccess ? 'The finding was scored.' : ''}
      </p>
    </SheetSection>
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
