import { formatAbsolute, formatRelative } from '@/lib/time';
import { useNow } from '@/lib/use-now';

/** A point in time: relative to now, absolute with its zone on hover; or both when there is room. */
export function Moment({
  iso,
  className,
  both = false,
}: {
  iso: string;
  className?: string;
  both?: boolean;
}) {
  const now = useNow();
  const moment = Date.parse(iso);
  if (Number.isNaN(moment)) return <span className={className}>unknown</span>;
  const absolute = formatAbsolute(moment);
  const relative = formatRelative(moment, now);
  if (both) {
    return (
      <time dateTime={iso} className={className}>
        {absolute} <span className="text-muted-foreground">({relative})</span>
      </time>
    );
  }
  return (
    <time dateTime={iso} title={absolute} className={className}>
      {relative}
    </time>
  );
}
