import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cn } from '@/lib/class-names';

/** The browser's own select, which every keyboard and phone knows, dressed like the other fields. */
export function NativeSelect({ className, ...props }: ComponentProps<'select'>) {
  return (
    <span className="relative inline-flex">
      <select
        className={cn(
          'h-8 appearance-none rounded-md border border-input/60 bg-card py-0 pr-7 pl-2.5 text-[0.8125rem] tabular-nums disabled:opacity-55',
          className,
        )}
        {...props}
      />
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2 size-3.5 -translate-y-1/2 text-muted-foreground"
      />
    </span>
  );
}
