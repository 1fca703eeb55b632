import { useQuery } from '@tanstack/react-query';
import { Hash, Link2 } from 'lucide-react';
import { CopyButton } from '@/components/copy-button';
import { RecordSheet, type OnOpen } from '@/components/record-sheet';
import { ProblemCard } from '@/components/states/problem-card';
import { Skeleton } from '@/components/ui/skeleton';
import { findingQuery, type FindingDetail } from '../api/get-finding';
import type { Finding } from '../api/get-findings';
import { FindingAssessment } from './finding-assessment';
import { FindingControls } from './finding-controls';
import { FindingEvidence } from './finding-evidence';
import { FindingOverview } from './finding-overview';
import { FindingReasons } from './finding-reasons';

/** Everything that is known about one finding, beside the list it was opened from. */
export function FindingSheet({
  id,
  rows,
  onOpen,
}: {
  /** Nothing is shown without. */
  id: number | null;
  /** The rows of the list, in their order. */
  rows: readonly Finding[];
  onOpen: OnOpen;
}) {
  const row = rows.find((finding) => finding.id === id);
  return (
    <RecordSheet
      id={id}
      rows={rows}
      onOpen={onOpen}
      noun="finding"
      title={row && `Finding: ${row.title}`}
      description="What happened, why the rule says so, and the events it rests on"
      actions={
        id !== null && (
          <>
            <CopyButton iconOnly icon={Hash} text={String(id)} label="Copy id" />
            <CopyButton iconOnly icon={Link2} text={() => linkTo(id)} label="Copy link" />
          </>
        )
      }
    >
      {id !== null && <FindingContent key={id} id={id} row={row} />}
    </RecordSheet>
  );
}

function FindingContent({ id, row }: { id: number; row: Finding | undefined }) {
  const query = useQuery(findingQuery(id));
  const detail = query.data;
  const known: Finding | FindingDetail | undefined = detail ?? row;
  return (
    <>
      {known && <FindingOverview finding={known} ruleHash={detail?.rule_hash} groupKey={detail?.group_key} />}
      {detail ? (
        <>
          <FindingAssessment finding={detail} />
          <FindingReasons detail={detail} />
          <FindingEvidence detail={detail} />
          <FindingControls controls={detail.controls} />
        </>
      ) : query.isError ? (
        <div className={known ? 'mt-6' : undefined}>
          <ProblemCard
            problem={query.error}
            what={`finding ${id}`}
            onRetry={() => void query.refetch()}
            retrying={query.isFetching}
          />
        </div>
      ) : (
        <SheetSkeleton withOverview={!known} />
      )}
    </>
  );
}

function SheetSkeleton({ withOverview }: { withOverview: boolean }) {
  return (
    <div role="status" aria-label="Loading the finding" className="space-y-6">
      {withOverview && (
        <div className="space-y-3">
          <Skeleton className="h-5 w-20" />
          <Skeleton className="h-6 w-3/4" />
          <Skeleton className="h-4 w-full" />
          <Skeleton className="h-28 w-full" />
        </div>
      )}
      <div className="mt-6 space-y-3 border-t pt-6">
        <Skeleton className="h-4 w-32" />
        <Skeleton className="h-20 w-full" />
        <Skeleton className="h-4 w-24" />
        <Skeleton className="h-32 w-full" />
      </div>
    </div>
  );
}

/** The address of the page with this finding open and without the filters of the moment. */
function linkTo(id: number): string {
  return `${window.location.origin}/?finding=${id}`;
}
