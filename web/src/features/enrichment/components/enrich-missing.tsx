import { useQuery } from '@tanstack/react-query';
import { LoaderCircle, Sparkles } from 'lucide-react';
import { useState } from 'react';
import { ProblemCard } from '@/components/states/problem-card';
import {
  AlertDialog,
  AlertDialogAction,
  AlertDialogCancel,
  AlertDialogContent,
  AlertDialogDescription,
  AlertDialogTitle,
  AlertDialogTrigger,
} from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import { NativeSelect } from '@/components/ui/native-select';
import { formatCount } from '@/lib/numbers';
import { aiStatusQuery, useStartEnrichment, type EnrichmentRequest } from '../api/enrichment-runs';
import { EstimateSummary } from './estimate-summary';

const LIMITS = [100, 500, 5_000] as const;
type Which = NonNullable<EnrichmentRequest['which']>;

/** Asks which findings to score, says what that takes, then starts it. */
export function EnrichMissing({
  totalFindings,
  busy,
  onStarted,
}: {
  /** All findings, scored or not: more than that cannot be missing. */
  totalFindings: number | undefined;
  /** A run is already going on. */
  busy: boolean;
  onStarted: (id: string) => void;
}) {
  const [open, setOpen] = useState(false);
  const [limit, setLimit] = useState<number | undefined>();
  const [which, setWhich] = useState<Which>('missing');
  const status = useQuery({ ...aiStatusQuery(), enabled: open }).data;
  const start = useStartEnrichment((id) => {
    setOpen(false);
    onStarted(id);
  });
  const request: EnrichmentRequest = { which, limit };
  const withModel = status !== undefined && status.state !== 'off' && status.state !== 'unknown';
  return (
    <AlertDialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        if (next) start.reset();
      }}
    >
      <AlertDialogTrigger asChild>
        <Button variant="outline" size="sm" disabled={busy || totalFindings === 0}>
          <Sparkles aria-hidden />
          {busy ? 'Scoring…' : 'Score all missing'}
        </Button>
      </AlertDialogTrigger>
      <AlertDialogContent>
        <AlertDialogTitle>Score findings that have no score?</AlertDialogTitle>
        <AlertDialogDescription>
          Each gets a risk score and an explanation{' '}
          {withModel
            ? `from the model ${status.model}, or from the rule where it does not answer.`
            : 'computed from the rule. No language model is configured.'}
        </AlertDialogDescription>
        <div className="space-y-2">
          {withModel && (
            <label className="flex items-center justify-between gap-3 text-sm">
              Which findings
              <NativeSelect value={which} onChange={(event) => setWhich(event.target.value as Which)}>
                <option value="missing">Those without a score</option>
                <option value="not_by_model">Also those without the model's</option>
              </NativeSelect>
            </label>
          )}
          <label className="flex items-center justify-between gap-3 text-sm">
            How many at most
            <NativeSelect
              value={limit ?? 'all'}
              onChange={(event) =>
                setLimit(event.target.value === 'all' ? undefined : Number(event.target.value))
              }
            >
              <option value="all">All of them</option>
              {LIMITS.map((count) => (
                <option key={count} value={count}>
                  {formatCount(count)}
                </option>
              ))}
            </NativeSelect>
          </label>
        </div>
        {open && <EstimateSummary request={request} status={status} />}
        {start.isError && <ProblemCard problem={start.error} what="the answer to the request" />}
        <div className="flex justify-end gap-2">
          <AlertDialogCancel asChild>
            <Button variant="outline">Cancel</Button>
          </AlertDialogCancel>
          <AlertDialogAction asChild>
            <Button
              disabled={start.isPending}
              onClick={(event) => {
                // Stays open until the API has taken the request, so that a refusal is seen.
                event.preventDefault();
                start.mutate(request);
              }}
            >
              {start.isPending && <LoaderCircle aria-hidden className="animate-spin" />}
              {limit === undefined ? 'Score all missing' : `Score up to ${formatCount(limit)}`}
            </Button>
          </AlertDialogAction>
        </div>
      </AlertDialogContent>
    </AlertDialog>
  );
}
