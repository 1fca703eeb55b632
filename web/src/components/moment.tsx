import { formatAbsolute, formatExact, formatRelative } from '@/lib/time';
import { useNow } from '@/lib/use-now';

/** A point in time: relative to now, absolute with its zone on hover. */
export function Moment({
  iso,
  className,
  both = false,
  exact = false,
}: {
  iso: string;
  className?: string;
  /** Shows the absolute and the relative time. */
  both?: boolean;
  /** Shows the time to the second instead, for telling apart moments close to each other. */
  exact?: boolean;
}) {
  const now = useNow();
  const moment = Date.parse(iso);
  if (Number.isNaN(moment)) return <span className={className}>unknown</span>;
  const absolute = formatAbsolute(moment);
  const relative = formatRelative(moment, now);
  if (both) {
    return (
      <time dateTime={iso} className={className}>
        {absolute} <span className="whitespace-nowrap text-muted-foreground">({relative})</span>
      </time>
    );
  }
  return (
    <time dateTime={iso} title={exact ? `${absolute} (${relative})` : absolute} className={className}>
      {exact ? formatExact(moment, now) : relative}
    </time>
  );
}
