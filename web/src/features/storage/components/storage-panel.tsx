import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { Moment } from '@/components/moment';
import { Facts } from '@/components/record-sheet';
import { ProblemCard } from '@/components/states/problem-card';
import { Card, CardContent, CardHeader, CardTitle } from '@/components/ui/card';
import { Progress } from '@/components/ui/progress';
import { Skeleton } from '@/components/ui/skeleton';
import { countOf, formatBytes, formatCount } from '@/lib/numbers';
import { storageQuery, type Storage } from '../api/storage';
import { KindsTable } from './kinds-table';

/** Days ahead from which on the disk is a worry. */
const WARN_DAYS = 7;
const YEARS_AHEAD = 3650;

/** What takes room, how fast it grows, and for how long the disk lasts. */
export function StoragePanel() {
  const query = useQuery(storageQuery());
  if (query.data) {
    return (
      <>
        <Card>
          <CardHeader>
            <CardTitle>Room</CardTitle>
          </CardHeader>
          <CardContent>
            <Room storage={query.data} />
          </CardContent>
        </Card>
        <Card>
          <CardHeader>
            <CardTitle>What takes room</CardTitle>
          </CardHeader>
          <KindsTable kinds={query.data.kinds} />
        </Card>
      </>
    );
  }
  if (query.isError) {
    return (
      <ProblemCard
        problem={query.error}
        what="what is stored"
        onRetry={() => void query.refetch()}
        retrying={query.isFetching}
      />
    );
  }
  return (
    <div role="status" aria-label="Loading what is stored" className="space-y-4">
      <Skeleton className="h-32 w-full" />
      <Skeleton className="h-64 w-full" />
    </div>
  );
}

function Room({ storage }: { storage: Storage }) {
  const { disk, disk_unknown, growth, days_until_full, maintenance, database_bytes } = storage;
  const used = disk && Math.min(100, 100 - (100 * disk.free_bytes) / disk.size_bytes);
  return (
    <div className="space-y-4">
      {days_until_full !== null && days_until_full <= WARN_DAYS && (
        <p role="alert" className="flex gap-2 text-critical">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          At this growth the disk is full in {countOf(days_until_full, 'day')}. Give it room, or keep less.
        </p>
      )}
      {disk && used !== null && (
        <div className="max-w-xl space-y-1">
          <Progress value={used} aria-label="How full the disk is" />
          <p className="text-xs text-muted-foreground tabular-nums">
            {formatBytes(disk.free_bytes)} of {formatBytes(disk.size_bytes)} are free
            {disk.basis === 'setting' ? ', by DISK_SIZE_GB and the size of the database.' : '.'}
          </p>
        </div>
      )}
      {disk_unknown && <p className="text-pretty text-muted-foreground">{disk_unknown}</p>}
      <Facts
        facts={[
          { name: 'Database', value: formatBytes(database_bytes) },
          { name: 'Growth', value: <Growth growth={growth} /> },
          { name: 'Disk full', value: diskFull(storage) },
          { name: 'Last removal', value: <LastRun maintenance={maintenance} /> },
        ]}
      />
    </div>
  );
}

/** When the disk is full, in words; a rate of one week says little about the years to come. */
function diskFull({ disk, growth, days_until_full }: Storage): string {
  if (days_until_full === null) return disk && growth ? 'Not at this growth' : 'Not known';
  return days_until_full > YEARS_AHEAD ? 'Not within ten years' : `In ${countOf(days_until_full, 'day')}`;
}

function Growth({ growth }: { growth: Storage['growth'] }) {
  if (growth === null) return 'Not known before a whole day has passed';
  return (
    <>
      {countOf(growth.events, 'event')} and {countOf(growth.findings, 'finding')} a day,{' '}
      {formatBytes(growth.bytes_added)}
      {growth.bytes_removed > 0 && <>; {formatBytes(growth.bytes_removed)} a day go</>}
    </>
  );
}

function LastRun({ maintenance }: { maintenance: Storage['maintenance'] }) {
  if (maintenance === null) return 'None yet';
  const { started_at, report } = maintenance;
  if (report === null)
    return (
      <>
        Began <Moment iso={started_at} />
      </>
    );
  const rows = Object.values(report.removed).reduce((sum, count) => sum + count, 0);
  const events = report.days.reduce((sum, day) => sum + day.events, 0);
  return (
    <>
      <Moment iso={started_at} />: {countOf(events, 'event')} of {countOf(report.days.length, 'day')},{' '}
      {formatCount(rows)} other rows
      {report.held_days > 0 && <>; {countOf(report.held_days, 'day')} held</>}
      {report.faults.map((fault) => (
        <span key={fault} className="block text-pretty wrap-anywhere text-high">
          {fault}
        </span>
      ))}
    </>
  );
}
