import { Area, AreaChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { countOf, formatCount } from '@/lib/numbers';
import { formatDay, formatDayShort } from '@/lib/time';
import type { DailyCount } from '../daily-series';

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** Events per day over time. */
export default function EventsChart({ days }: { days: readonly DailyCount[] }) {
  const total = days.reduce((sum, { count }) => sum + count, 0);
  const peak = days.reduce(
    (best, day) => (day.count > best.count ? day : best),
    days[0] ?? { date: '', count: 0 },
  );
  const said = `Area chart, events per day over ${days.length} days: ${formatCount(total)} in all, most on ${formatDay(peak.date)} with ${formatCount(peak.count)}`;
  return (
    <figure className="h-50 text-xs" role="img" aria-label={said}>
      <ResponsiveContainer width="100%" height="100%">
        <AreaChart
          data={[...days]}
          margin={{ top: 8, right: 6, bottom: 0, left: 0 }}
          accessibilityLayer={false}
        >
          <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
          <XAxis
            dataKey="date"
            tickFormatter={formatDayShort}
            axisLine={false}
            tickLine={false}
            tickMargin={8}
            minTickGap={36}
            tick={{ fill: 'var(--muted-foreground)', fontSize: 12 }}
          />
          <YAxis
            width={38}
            allowDecimals={false}
            axisLine={false}
            tickLine={false}
            tickCount={4}
            tickFormatter={(value: number) => compact.format(value)}
            tick={{ fill: 'var(--muted-foreground)', fontSize: 12 }}
          />
          <Tooltip
            cursor={{ stroke: 'var(--input)', strokeDasharray: '3 3' }}
            isAnimationActive={false}
            content={({ active, payload }) => {
              const day: unknown = payload?.[0]?.payload;
              if (!active || !isDailyCount(day)) return null;
              return (
                <div className="rounded-md border bg-popover px-2.5 py-1.5 text-xs text-popover-foreground shadow-md">
                  <p className="text-muted-foreground">{formatDay(day.date)} (UTC)</p>
                  <p className="font-semibold tabular-nums">{countOf(day.count, 'event')}</p>
                </div>
              );
            }}
          />
          <Area
            type="monotone"
            dataKey="count"
            stroke="var(--chart-line)"
            strokeWidth={2}
            fill="var(--chart-line)"
            fillOpacity={0.13}
            isAnimationActive={false}
            dot={days.length <= 8 ? { r: 3, fill: 'var(--chart-line)', strokeWidth: 0 } : false}
            activeDot={{ r: 4, stroke: 'var(--card)', strokeWidth: 2 }}
          />
        </AreaChart>
      </ResponsiveContainer>
    </figure>
  );
}

function isDailyCount(value: unknown): value is DailyCount {
  return typeof value === 'object' && value !== null && 'date' in value && 'count' in value;
}
