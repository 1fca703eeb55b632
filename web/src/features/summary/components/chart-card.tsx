import { ChartNoAxesColumn, Table2 } from 'lucide-react';
import { Suspense, useState, type ReactNode } from 'react';
import { WidgetBoundary } from '@/components/states/widget-boundary';
import { Card, CardContent, CardHeader, CardTitle } from '@/components/ui/card';
import { Skeleton } from '@/components/ui/skeleton';
import { ToggleGroup, ToggleGroupItem } from '@/components/ui/toggle-group';
import { cn } from '@/lib/class-names';

/** A chart and, at the reader's choice, the same figures as a table. */
export function ChartCard({
  title,
  actions,
  chart,
  skeleton,
  table,
  state,
  className,
}: {
  title: string;
  actions?: ReactNode;
  chart: ReactNode;
  /** Stands where the chart will stand while its code is loading. */
  skeleton: ReactNode;
  table: ReactNode;
  /** Takes the place of chart and table: still loading, failed, nothing to draw. */
  state?: ReactNode;
  className?: string;
}) {
  const [view, setView] = useState<'chart' | 'table'>('chart');
  return (
    <Card className={cn('flex flex-col', className)}>
      <CardHeader>
        <CardTitle>{title}</CardTitle>
        <div className="ml-auto flex items-center gap-2">
          {actions}
          <ToggleGroup
            type="single"
            value={view}
            aria-label={`${title} as`}
            onValueChange={(next) => {
              if (next === 'chart' || next === 'table') setView(next);
            }}
          >
            <ToggleGroupItem value="chart" aria-label="Chart" title="Chart">
              <ChartNoAxesColumn />
            </ToggleGroupItem>
            <ToggleGroupItem value="table" aria-label="Table" title="Table">
              <Table2 />
            </ToggleGroupItem>
          </ToggleGroup>
        </div>
      </CardHeader>
      <CardContent className="flex min-h-58 flex-1 flex-col justify-center">
        {state ??
          (view === 'chart' ? (
            <WidgetBoundary fallback={<WithoutChart table={table} />}>
              <Suspense fallback={skeleton}>{chart}</Suspense>
            </WidgetBoundary>
          ) : (
            table
          ))}
      </CardContent>
    </Card>
  );
}

/** The figures alone, where the code of the chart could not be loaded. */
function WithoutChart({ table }: { table: ReactNode }) {
  return (
    <>
      <p role="status" className="mb-2 text-xs text-muted-foreground">
        The chart could not be loaded; these are its figures.
      </p>
      {table}
    </>
  );
}

/** The place of a chart that is on its way, in the shape of what will come. */
export function ChartSkeleton({ shape }: { shape: 'bars' | 'area' }) {
  if (shape === 'bars') {
    return (
      <div aria-hidden className="flex h-50 flex-col justify-around">
        {['w-1/4', 'w-2/5', 'w-1/3', 'w-full'].map((width) => (
          <div key={width} className="flex items-center gap-4">
            <Skeleton className="h-3.5 w-12 shrink-0" />
            <div className="flex-1 pr-12">
              <Skeleton className={cn('h-6 rounded-sm', width)} />
            </div>
          </div>
        ))}
      </div>
    );
  }
  return (
    <div aria-hidden className="flex h-50 flex-col justify-between pl-9">
      <div className="border-t" />
      <div className="border-t" />
      <div className="relative border-t">
        <Skeleton className="absolute inset-x-0 top-1/3 h-12 rounded-sm" />
      </div>
      <div className="border-t" />
      <div className="flex justify-between">
        {['a', 'b', 'c', 'd'].map((tick) => (
          <Skeleton key={tick} className="h-3 w-10" />
        ))}
      </div>
    </div>
  );
}

/** Figures as a small table that scrolls when it is long. */
export function FigureTable({
  caption,
  head,
  rows,
}: {
  caption: string;
  head: readonly [string, string];
  rows: readonly { key: string; label: ReactNode; value: ReactNode }[];
}) {
  return (
    <div className="max-h-50 overflow-y-auto" tabIndex={0} role="region" aria-label={caption}>
      <table className="w-full text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead className="sticky top-0 bg-card text-left text-xs text-muted-foreground">
          <tr>
            <th scope="col" className="pb-1.5 font-medium">
              {head[0]}
            </th>
            <th scope="col" className="pb-1.5 text-right font-medium">
              {head[1]}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, label, value }) => (
            <tr key={key} className="border-t">
              <th scope="row" className="py-1.5 text-left font-normal">
                {label}
              </th>
              <td className="py-1.5 text-right tabular-nums">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
