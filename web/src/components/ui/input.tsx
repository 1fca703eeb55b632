import type { ComponentProps } from 'react';
import { cn } from '@/lib/class-names';

/** A line of text to fill in. */
export function Input({ className, type = 'text', ...props }: ComponentProps<'input'>) {
  return (
    <input
      type={type}
      className={cn(
        // 16 px on phones, or Safari zooms into the field.
        'h-9 w-full min-w-0 rounded-md border border-input/60 bg-card px-3 text-base placeholder:text-muted-foreground disabled:opacity-55 sm:text-sm',
        className,
      )}
      {...props}
    />
  );
}
