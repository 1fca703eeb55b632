import { GitCompareArrows, History, Info, ShieldAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Untrusted } from '@/components/untrusted';
import { cn } from '@/lib/class-names';
import type { FindingDetail } from '../api/get-finding';

/** What a reader has to know before believing a score: disagreement, text that instructs, a fallback, a newer state. */
export function EnrichmentNotes({ finding }: { finding: FindingDetail }) {
  const { enrichment, rule_score, model_score, disagreement } = finding;
  const fields = [...new Set(enrichment?.injections.map(({ field }) => field) ?? [])];
  return (
    <div className="mt-3 space-y-2 empty:hidden">
      {finding.injection_suspected && (
        <Note icon={ShieldAlert} urgent>
          Text in{' '}
          {fields.map((field, index) => (
            <span key={field}>
              {index > 0 && ', '}
              <code className="font-mono text-[0.8125rem]">
                <Untrusted>{field}</Untrusted>
              </code>
            </span>
          ))}{' '}
          tries to instruct the model. It was not sent, and nothing it asks for lowers the score.
        </Note>
      )}
      {disagreement !== null && rule_score !== null && model_score !== null && (
        <Note icon={GitCompareArrows}>
          {disagreement === 'model_lower'
            ? `The model says ${model_score}, the rule demands ${rule_score}: the rule's score stands. One of them is wrong.`
            : finding.risk_score === model_score
              ? `The model says ${model_score}, the rule demands ${rule_score}: the model raised the score.`
              : `The model says ${model_score} but is not sure: the rule's score of ${rule_score} stands.`}
        </Note>
      )}
      {enrichment?.fallback && (
        <Note icon={Info}>
          <>
            The heuristic stepped in for the model. {enrichment.fallback.reason}{' '}
            <code className="font-mono text-xs text-muted-foreground">{enrichment.fallback.code}</code>
          </>
        </Note>
      )}
      {enrichment?.outdated && (
        <Note icon={History}>
          The finding has grown since this was written. Score it again to include what is new.
        </Note>
      )}
    </div>
  );
}

function Note({
  icon: Icon,
  urgent = false,
  children,
}: {
  icon: LucideIcon;
  urgent?: boolean;
  children: ReactNode;
}) {
  return (
    <p
      className={cn(
        'flex gap-2 rounded-lg border px-3 py-2 text-[0.8125rem] text-pretty',
        urgent && 'border-critical/35 bg-critical-tint',
      )}
    >
      <Icon
        aria-hidden
        className={cn('mt-0.5 size-4 shrink-0', urgent ? 'text-critical' : 'text-muted-foreground')}
      />
      <span className="min-w-0 break-words">{children}</span>
    </p>
  );
}
