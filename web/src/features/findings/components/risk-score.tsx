import { cn } from '@/lib/class-names';
import { riskBand } from '../risk';

const FILL = {
  critical: 'bg-critical-fill',
  high: 'bg-high-fill',
  medium: 'bg-medium-fill',
  low: 'bg-low-fill',
} as const;

/** A score from 0 to 100 as a number and a short bar; a dash while there is none. */
export function RiskScore({ score, className }: { score: number | null; className?: string }) {
  if (score === null) {
    return (
      <span className={cn('text-muted-foreground', className)} title="Not scored yet">
        <span aria-hidden>–</span>
        <span className="sr-only">not scored yet</span>
      </span>
    );
  }
  return (
    <span className={cn('inline-flex items-center gap-2', className)}>
      <span className="font-medium tabular-nums">{score}</span>
      <span aria-hidden className="h-1.5 w-10 overflow-hidden rounded-full bg-muted">
        <span
          className={cn('block h-full rounded-full', FILL[riskBand(score)])}
          style={{ width: `${score}%` }}
        />
      </span>
    </span>
  );
}
