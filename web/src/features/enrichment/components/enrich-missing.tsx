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
import { countOf, formatCount } from '@/lib/numbers';
import { useStartEnrichment } from '../api/enrichment-jobs';

const LIMITS = [100, 500, 5_000] as const;

/** Asks how many findings to score, then starts to score those that have no score. */
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
  const start = useStartEnrichment((id) => {
    setOpen(false);
    onStarted(id);
  });
  const nothing = totalFindings === 0;
  return (
    <AlertDialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        if (next) start.reset();
      }}
    >
      <AlertDialogTrigger asChild>
        <Button variant="outline" size="sm" disabled={busy || nothing}>
          <Sparkles aria-hidden />
          {busy ? 'Scoring…' : 'Score all missing'}
        </Button>
      </AlertDialogTrigger>
      <AlertDialogContent>
        <AlertDialogTitle>Score findings that have no score?</AlertDialogTitle>
        <AlertDialogDescription>
          Each gets a risk score and an explanation, from the language model if one is configured, else
          computed from the rule. Findings that have a score are left alone.
          {totalFindings !== undefined && ` There are ${countOf(totalFindings, 'finding')} in all.`}
        </AlertDialogDescription>
        <label className="flex items-center justify-between gap-3 text-sm">
          How many at most
          <NativeSelect
            value={limit ?? 'all'}
            onChange={(event) =>
              setLimit(event.target.value === 'all' ? undefined : Number(event.target.value))
            }
          >
            <option value="all">All that have none</option>
            {LIMITS.map((count) => (
              <option key={count} value={count}>
                {formatCount(count)}
              </option>
            ))}
          </NativeSelect>
        </label>
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
                start.mutate(limit);
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
