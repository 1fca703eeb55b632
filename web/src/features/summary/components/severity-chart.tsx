import { Bar, BarChart, Cell, LabelList, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { severityLabel } from '@/components/severity';
import { formatCount } from '@/lib/numbers';
import { SEVERITIES, type Severity } from '@/lib/severity';

/** Findings by severity: a named bar each, with its number at the end. */
export default function SeverityChart({
  counts,
  onChoose,
}: {
  counts: Record<Severity, number>;
  onChoose: (severity: Severity) => void;
}) {
  const data = SEVERITIES.map((severity) => ({
    severity,
    label: severityLabel(severity),
    count: counts[severity],
  }));
  const said = data.map(({ label, count }) => `${label} ${formatCount(count)}`).join(', ');
  return (
    <figure className="h-50 text-xs" role="img" aria-label={`Bar chart, findings by severity: ${said}`}>
      <ResponsiveContainer width="100%" height="100%">
        <BarChart
          data={data}
          layout="vertical"
          margin={{ top: 0, right: 52, bottom: 0, left: 0 }}
          barCategoryGap="26%"
          accessibilityLayer={false}
        >
          <XAxis type="number" hide domain={[0, 'dataMax']} />
          <YAxis
            type="category"
            dataKey="label"
            width={62}
            axisLine={false}
            tickLine={false}
            tick={{ fill: 'var(--foreground)', fontSize: 13, textAnchor: 'start', dx: -54 }}
          />
          <Bar
            dataKey="count"
            radius={[3, 3, 3, 3]}
            minPointSize={(value) => (Number(value) > 0 ? 3 : 0)}
            isAnimationActive={false}
            background={{ fill: 'var(--muted)', radius: 3 }}
            className="cursor-pointer"
            onClick={(_bar, index) => {
              const chosen = SEVERITIES[index];
              if (chosen) onChoose(chosen);
            }}
          >
            {data.map(({ severity }) => (
              <Cell key={severity} fill={`var(--${severity}-fill)`} />
            ))}
            <LabelList
              dataKey="count"
              position="right"
              offset={8}
              formatter={(value) => formatCount(Number(value))}
              className="fill-foreground tabular-nums"
              fontSize={13}
              fontWeight={550}
            />
          </Bar>
        </BarChart>
      </ResponsiveContainer>
    </figure>
  );
}
