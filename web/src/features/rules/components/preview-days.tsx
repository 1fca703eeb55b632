import { formatCount } from '@/lib/numbers';
import { formatDay, formatDayShort } from '@/lib/time';
import type { ComparedDay } from '../compared-days';

/** Findings per day as bars, the text tried beside the rule in force; for screen readers as a table. */
export function PreviewDays({ days }: { days: readonly ComparedDay[] }) {
  const most = Math.max(1, ...days.map(({ tried, inForce }) => Math.max(tried, inForce ?? 0)));
  const compared = days.some(({ inForce }) => inForce !== null);
  const labelEvery = Math.ceil(days.length / 5);
  return (
    <>
      <div aria-hidden className="text-xs text-muted-foreground">
        <div className="mb-1.5 flex flex-wrap gap-x-4 gap-y-1">
          <Key className="bg-chart-line" name="This text" />
          {compared && <Key className="bg-input" name="In force" />}
          <span className="ml-auto tabular-nums">most: {formatCount(most)}</span>
        </div>
        <div className="flex h-28 items-end gap-0.5 border-b">
          {days.map((day) => (
            <div
              key={day.date}
              title={describeDay(day)}
              className="flex h-full min-w-0 flex-1 items-end justify-center gap-px hover:bg-accent"
            >
              <Bar share={day.tried / most} className="bg-chart-line" />
              {day.inForce !== null && <Bar share={day.inForce / most} className="bg-input" />}
            </div>
          ))}
        </div>
        <div className="flex gap-0.5 pt-1">
          {days.map(({ date }, index) => (
            <span key={date} className="min-w-0 flex-1 text-center whitespace-nowrap">
              {index % labelEvery === 0 ? formatDayShort(date) : null}
            </span>
          ))}
        </div>
      </div>
      <table className="sr-only">
        <caption>Findings per day (UTC)</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">This text</th>
            {compared && <th scope="col">In force</th>}
          </tr>
        </thead>
        <tbody>
          {days.map(({ date, tried, inForce }) => (
            <tr key={date}>
              <th scope="row">{formatDay(date)}</th>
              <td>{formatCount(tried)}</td>
              {inForce !== null && <td>{formatCount(inForce)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Bar({ share, className }: { share: number; className: string }) {
  return (
    <div
      // What is there is seen, however small it is beside the others.
      style={{ height: `${share * 100}%`, minHeight: share > 0 ? 2 : 0 }}
      className={`w-full max-w-4 rounded-t-[2px] ${className}`}
    />
  );
}

function Key({ name, className }: { name: string; className: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <span className={`size-2.5 rounded-[2px] ${className}`} />
      {name}
    </span>
  );
}

function describeDay({ date, tried, inForce }: ComparedDay): string {
  const present = inForce === null ? '' : `, ${formatCount(inForce)} in force`;
  return `${formatDay(date)}: ${formatCount(tried)}${present}`;
}
