import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CirclePause, CircleX, LoaderCircle, TriangleAlert, X } from 'lucide-react';
import { useEffect, useEffectEvent } from 'react';
import { May } from '@/components/may';
import { ProblemCard } from '@/components/states/problem-card';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Progress } from '@/components/ui/progress';
import { countOf, formatCount } from '@/lib/numbers';
import { enrichmentQuery, isOver, useControlEnrichment, type Enrichment } from '../api/enrichment-runs';
import { describeTally } from '../tally';
import { EnrichmentResults } from './enrichment-results';

/** How far a bulk enrichment is, what came of it, and what can be done about it. */
export function EnrichmentProgress({
  id,
  onOver,
  onDismiss,
  hrefOf,
}: {
  id: string;
  /** Called once when the run is seen to be over. */
  onOver: () => void;
  onDismiss: () => void;
  /** The address at which a finding is open. */
  hrefOf: (findingId: number) => string;
}) {
  const query = useQuery(enrichmentQuery(id));
  const control = useControlEnrichment(id);
  const run = query.data;
  const over = run !== undefined && isOver(run);
  const whenOver = useEffectEvent(onOver);
  useEffect(() => {
    if (over) whenOver();
  }, [over]);

  if (query.isError && !run) {
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
  const { done, total } = run?.progress ?? { done: 0, total: 0 };
  return (
    <Card className="px-4 py-3">
      <div className="flex items-center gap-3">
        <StateIcon run={run} />
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-baseline justify-between gap-x-3">
            <p role="status" className="text-pretty break-words">
              {run ? describeState(run) : 'Scoring findings'}
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
          {run && total > 0 && (
            <p className="mt-1 text-xs text-muted-foreground tabular-nums">{describeTally(run.tally)}</p>
          )}
        </div>
        <May permission="triage">
          <Actions run={run} busy={control.isPending} onAct={(action) => control.mutate(action)} />
        </May>
        {over && <Dismiss onDismiss={onDismiss} />}
      </div>
      {control.isError && (
        <ProblemCard className="mt-3" problem={control.error} what="the answer to the request" />
      )}
      {run && <EnrichmentResults run={run} hrefOf={hrefOf} />}
    </Card>
  );
}

function Actions({
  run,
  busy,
  onAct,
}: {
  run: Enrichment | undefined;
  busy: boolean;
  onAct: ReturnType<typeof useControlEnrichment>['mutate'];
}) {
  if (run === undefined) return null;
  const { failed, cancelled, heuristic, model, cache } = run.tally;
  const offered = (
    [
      ['pause', 'Pause', run.state === 'active' || run.state === 'waiting'],
      ['resume', 'Resume', run.state === 'paused' || run.state === 'failed'],
      ['cancel', 'Cancel', !isOver(run)],
      ['retry', `Retry ${formatCount(failed + cancelled)}`, isOver(run) && failed + cancelled > 0],
      // Where a model took part the heuristic stepped in for it.
      ['retry-fallbacks', 'Ask the model again', isOver(run) && heuristic > 0 && model + cache > 0],
    ] as const
  ).filter(([, , possible]) => possible);
  return (
    <div className="flex shrink-0 flex-wrap justify-end gap-1.5">
      {offered.map(([action, label]) => (
        <Button key={action} variant="outline" size="sm" disabled={busy} onClick={() => onAct(action)}>
          {label}
        </Button>
      ))}
    </div>
  );
}

function StateIcon({ run }: { run: Enrichment | undefined }) {
  if (run?.state === 'paused') {
    return <CirclePause aria-hidden className="size-4 shrink-0 text-muted-foreground" />;
  }
  if (run?.state === 'cancelled') {
    return <CircleX aria-hidden className="size-4 shrink-0 text-muted-foreground" />;
  }
  if (run === undefined || !isOver(run)) {
    return <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin text-muted-foreground" />;
  }
  return run.state === 'completed' && run.tally.failed === 0 ? (
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

function describeState({ state, error, progress, tally }: Enrichment): string {
  const scored = tally.model + tally.cache + tally.heuristic;
  switch (state) {
    case 'waiting':
      return 'Waiting for a worker';
    case 'active':
      return error === null ? 'Scoring findings' : `Waiting to go on: ${error}`;
    case 'paused':
      return 'Scoring is paused';
    case 'cancelled':
      return `Cancelled: ${countOf(scored, 'finding')} scored.`;
    case 'failed':
      return `Scoring stopped: ${error ?? 'the reason is not known'}`;
    case 'completed':
      return progress?.total === 0
        ? 'Nothing to do: every finding has a score.'
        : `${countOf(scored, 'finding')} scored.`;
  }
}
