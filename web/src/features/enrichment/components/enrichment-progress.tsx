import { useQuery } from '@tanstack/react-query';
import { CircleCheck, LoaderCircle, TriangleAlert, X } from 'lucide-react';
import { useEffect, useEffectEvent } from 'react';
import { ProblemCard } from '@/components/states/problem-card';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Progress } from '@/components/ui/progress';
import { countOf, formatCount } from '@/lib/numbers';
import { enrichmentQuery, isOver, type Enrichment } from '../api/enrichment-jobs';

/** How far a bulk enrichment is, and what came of it. */
export function EnrichmentProgress({
  id,
  onOver,
  onDismiss,
}: {
  id: string;
  /** Called once when the run is seen to be over. */
  onOver: () => void;
  onDismiss: () => void;
}) {
  const query = useQuery(enrichmentQuery(id));
  const job = query.data;
  const over = job !== undefined && isOver(job);
  const whenOver = useEffectEvent(onOver);
  useEffect(() => {
    if (over) whenOver();
  }, [over]);

  if (query.isError && !job) {
    return (
      <div className="relative">
        <ProblemCard
          problem={query.error}
          what="the progress of scoring"
          onRetry={() => void query.refetch()}
        />
        <Dismiss onDismiss={onDismiss} className="absolute top-2 right-2" />
      </div>
    );
  }
  const { done, total } = job?.progress ?? { done: 0, total: 0 };
  return (
    <Card className="flex items-center gap-3 px-4 py-3">
      <StateIcon job={job} />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-baseline justify-between gap-x-3">
          <p role="status" className="text-pretty break-words">
            {job ? sayState(job) : 'Scoring findings'}
          </p>
          {!over && total > 0 && (
            <p className="text-xs text-muted-foreground tabular-nums">
              {formatCount(done)} of {formatCount(total)}
            </p>
          )}
        </div>
        {!over && (
          <Progress
            className="mt-2"
            aria-label="Findings scored"
            value={total > 0 ? Math.min(100, (done / total) * 100) : null}
          />
        )}
      </div>
      {over && <Dismiss onDismiss={onDismiss} />}
    </Card>
  );
}

function StateIcon({ job }: { job: Enrichment | undefined }) {
  if (job === undefined || !isOver(job)) {
    return <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin text-muted-foreground" />;
  }
  return job.state === 'completed' && !job.result?.failed.length ? (
    <CircleCheck aria-hidden className="size-4 shrink-0 text-good" />
  ) : (
    <TriangleAlert aria-hidden className="size-4 shrink-0 text-high" />
  );
}

function Dismiss({ onDismiss, className }: { onDismiss: () => void; className?: string }) {
  return (
    <Button variant="ghost" size="icon-sm" aria-label="Dismiss" className={className} onClick={onDismiss}>
      <X aria-hidden />
    </Button>
  );
}

function sayState(job: Enrichment): string {
  if (job.state === 'failed') return `Scoring stopped: ${job.error ?? 'the reason is not known'}`;
  if (job.state === 'completed') {
    const scored = job.result?.finding_ids.length ?? 0;
    const failed = job.result?.failed ?? [];
    if (scored === 0 && failed.length === 0) return 'Nothing to do: every finding has a score.';
    const said = `${countOf(scored, 'finding')} scored`;
    return failed.length === 0
      ? `${said}.`
      : `${said}, ${formatCount(failed.length)} failed: ${failed[0]?.reason}`;
  }
  return job.state === 'delayed'
    ? `Waiting for the next try${job.error ? `: ${job.error}` : ''}`
    : 'Scoring findings';
}
