import type { ComponentProps } from 'react';
import { cn } from '@/lib/class-names';

/** A short label. */
export function Badge({ className, ...props }: ComponentProps<'span'>) {
  return (
    <span
      className={cn(
        "inline-flex items-center gap-1 rounded-[5px] border px-1.5 py-px text-xs font-medium whitespace-nowrap [&_svg:not([class*='size-'])]:size-3",
        className,
      )}
      {...props}
    />
  );
}
