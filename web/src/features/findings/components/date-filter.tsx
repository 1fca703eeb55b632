import { CalendarDays, ChevronDown } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { DateRange } from 'react-day-picker';
import { WidgetBoundary } from '@/components/states/widget-boundary';
import { Button } from '@/components/ui/button';
import { Skeleton } from '@/components/ui/skeleton';
import { Popover, PopoverContent, PopoverTrigger } from '@/components/ui/popover';
import { formatDay, formatDays } from '@/lib/time';
import type { FindingsView, Span } from '../findings-view';

const Calendar = lazy(async () => ({ default: (await import('@/components/ui/calendar')).Calendar }));

type FindingDays = Pick<FindingsView, 'span' | 'from' | 'to'>;

const SPAN_LABELS: Record<Span, string> = { today: 'Today', '7d': 'Last 7 days', '30d': 'Last 30 days' };

/** The days on which findings were raised: a span relative to today, or days from a calendar. Days are UTC days. */
export function DateFilter({
  view,
  onChange,
}: {
  view: FindingDays;
  onChange: (change: FindingDays) => void;
}) {
  const [open, setOpen] = useState(false);
  const said = describe(view);
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger asChild>
        <Button
          variant="outline"
          className="min-w-0 justify-between font-normal"
          aria-label={`Raised: ${said}`}
        >
          <CalendarDays aria-hidden className="text-muted-foreground" />
          <span className="truncate">{said}</span>
          <ChevronDown aria-hidden className="text-muted-foreground" />
        </Button>
      </PopoverTrigger>
      <PopoverContent className="w-auto p-2.5" aria-label="Days on which findings were raised">
        <div className="grid grid-cols-2 gap-1 border-b pb-2">
          <SpanButton active={describe(view) === ANY} onClick={() => onChange(ANY_DAYS)}>
            {ANY}
          </SpanButton>
          {(Object.keys(SPAN_LABELS) as Span[]).map((span) => (
            <SpanButton
              key={span}
              active={view.span === span}
              onClick={() => {
                onChange({ ...ANY_DAYS, span });
                setOpen(false);
              }}
            >
              {SPAN_LABELS[span]}
            </SpanButton>
          ))}
        </div>
        <WidgetBoundary
          fallback={<p className="px-1 py-3 text-muted-foreground">The calendar could not be loaded.</p>}
        >
          <Suspense fallback={<Skeleton className="mt-3 h-70 w-64" />}>
            <Calendar
              mode="range"
              weekStartsOn={1}
              labels={{ labelDayButton: (date) => formatDay(fromDate(date)) }}
              className="pt-2"
              defaultMonth={toDate(view.to ?? view.from)}
              selected={{ from: toDate(view.from), to: toDate(view.to) }}
              disabled={{ after: new Date() }}
              onSelect={(range: DateRange | undefined) =>
                onChange({
                  span: null,
                  from: fromDate(range?.from),
                  to: fromDate(range?.to ?? range?.from),
                })
              }
            />
          </Suspense>
        </WidgetBoundary>
        <p className="border-t px-1 pt-2 text-xs text-muted-foreground">Days begin at midnight UTC.</p>
      </PopoverContent>
    </Popover>
  );
}

const ANY = 'Any time';
const ANY_DAYS = { span: null, from: null, to: null };

function SpanButton({ active, ...props }: { active: boolean; onClick: () => void; children: string }) {
  return <Button variant={active ? 'secondary' : 'ghost'} size="sm" aria-pressed={active} {...props} />;
}

function describe({ span, from, to }: FindingDays): string {
  if (span) return SPAN_LABELS[span];
  if (from && to) return formatDays(from, to);
  if (from) return `From ${formatDay(from)}`;
  if (to) return `Until ${formatDay(to)}`;
  return ANY;
}

// The calendar thinks in local days, the API in UTC days: only the written day is carried over, never the moment.
function toDate(day: string | null): Date | undefined {
  return day === null ? undefined : new Date(`${day}T00:00:00`);
}
function fromDate(date: Date): string;
function fromDate(date: Date | undefined): string | null;
function fromDate(date: Date | undefined): string | null {
  if (date === undefined) return null;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
