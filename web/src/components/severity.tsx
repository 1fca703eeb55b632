import { ChevronDown, OctagonAlert, TriangleAlert, Diamond, type LucideIcon } from 'lucide-react';
import { cn } from '@/lib/class-names';
import type { Severity } from '@/lib/severity';

const ICONS: Record<Severity, LucideIcon> = {
  critical: OctagonAlert,
  high: TriangleAlert,
  medium: Diamond,
  low: ChevronDown,
};
const TEXT: Record<Severity, string> = {
  critical: 'text-critical',
  high: 'text-high',
  medium: 'text-medium',
  low: 'text-low',
};
const TINT: Record<Severity, string> = {
  critical: 'border-critical/25 bg-critical-tint text-critical',
  high: 'border-high/25 bg-high-tint text-high',
  medium: 'border-medium/25 bg-medium-tint text-medium',
  low: 'border-low/25 bg-low-tint text-low',
};
const LABELS: Record<Severity, string> = { critical: 'Critical', high: 'High', medium: 'Medium', low: 'Low' };

/** The name of a severity as people read it. */
export function severityLabel(severity: Severity): string {
  return LABELS[severity];
}

/** A severity's icon in its colour; always stands beside the word. */
export function SeverityIcon({ severity, className }: { severity: Severity; className?: string }) {
  const Icon = ICONS[severity];
  return (
    <Icon aria-hidden strokeWidth={2.25} className={cn('size-3.5 shrink-0', TEXT[severity], className)} />
  );
}

/** A severity by icon, word and colour together. */
export function SeverityBadge({ severity, className }: { severity: Severity; className?: string }) {
  return (
    <span
      className={cn(
        'inline-flex items-center gap-1 rounded-[5px] border px-1.5 py-0.5 text-xs leading-4 font-semibold whitespace-nowrap',
        TINT[severity],
        className,
      )}
    >
      <SeverityIcon severity={severity} />
      {LABELS[severity]}
    </span>
  );
}
