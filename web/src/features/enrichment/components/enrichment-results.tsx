import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { ProblemCard } from '@/components/states/problem-card';
import { NativeSelect } from '@/components/ui/native-select';
import { Skeleton } from '@/components/ui/skeleton';
import { Untrusted } from '@/components/untrusted';
import { cn } from '@/lib/class-names';
import { enrichmentItemsQuery, isOver, type Enrichment, type EnrichmentItem } from '../api/enrichment-runs';

/** Results in the list; there may be many more. */
const SHOWN = 100;

type State = EnrichmentItem['state'];
const LABELS: Record<State, string> = {
  pending: 'not begun',
  queued: 'being scored',
  model: 'model',
  cache: 'cache',
  heuristic: 'heuristic',
  missing: 'deleted meanwhile',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** The result for each finding of a run, on demand. */
export function EnrichmentResults({
  run,
  hrefOf,
}: {
  run: Enrichment;
  hrefOf: (findingId: number) => string;
}) {
  const [open, setOpen] = useState(false);
  const [state, setState] = useState<State | undefined>();
  if (!run.progress?.total) return null;
  const states = (Object.keys(LABELS) as State[]).filter((each) => run.tally[each] > 0);
  return (
    <div className="mt-2 text-xs">
      <div className="flex items-center gap-3">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="inline-flex items-center gap-0.5 rounded-sm text-muted-foreground underline-offset-4 hover:underline"
        >
          <ChevronRight aria-hidden className={cn('size-3.5 transition-transform', open && 'rotate-90')} />
          Results by finding
        </button>
        {open && (
          <NativeSelect
            aria-label="Only this result"
            value={state ?? 'all'}
            onChange={(event) =>
              setState(event.target.value === 'all' ? undefined : (event.target.value as State))
            }
          >
            <option value="all">All results</option>
            {states.map((each) => (
              <option key={each} value={each}>
                {LABELS[each]}
              </option>
            ))}
          </NativeSelect>
        )}
      </div>
      {open && <Items run={run} state={state} hrefOf={hrefOf} />}
    </div>
  );
}

function Items({
  run,
  state,
  hrefOf,
}: {
  run: Enrichment;
  state: State | undefined;
  hrefOf: (findingId: number) => string;
}) {
  const query = useQuery({
    ...enrichmentItemsQuery(run.id, state, SHOWN),
    refetchInterval: isOver(run) ? false : 2_000,
  });
  if (query.isError) {
    return (
      <ProblemCard
        className="mt-2"
        problem={query.error}
        what="the results"
        onRetry={() => void query.refetch()}
      />
    );
  }
  if (!query.data) return <Skeleton className="mt-2 h-16 w-full" />;
  return (
    <ul
      className="mt-2 max-h-48 divide-y overflow-y-auto rounded-lg border"
      tabIndex={0}
      aria-label="Results by finding"
    >
      {query.data.map((item) => (
        <li key={item.finding_id} className="flex items-baseline gap-3 px-3 py-1.5">
          <Link
            to={{ search: hrefOf(item.finding_id) }}
            preventScrollReset
            className="font-medium tabular-nums underline-offset-4 hover:underline"
          >
            Finding {item.finding_id}
          </Link>
          <span className="text-muted-foreground">{LABELS[item.state]}</span>
          {item.reason && <Untrusted className="min-w-0 flex-1 truncate">{item.reason}</Untrusted>}
        </li>
      ))}
    </ul>
  );
}
