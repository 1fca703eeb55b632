import { Progress as Primitive } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from '@/lib/class-names';

/** How far something is: `value` from 0 to 100, or null when that is not known. */
export function Progress({ className, value, ...props }: ComponentProps<typeof Primitive.Root>) {
  return (
    <Primitive.Root
      value={value}
      className={cn('relative h-1.5 w-full overflow-hidden rounded-full bg-muted', className)}
      {...props}
    >
      <Primitive.Indicator
        className={cn(
          'h-full w-full origin-left rounded-full bg-primary transition-transform duration-300',
          value == null && 'animate-pulse',
        )}
        style={{ transform: `scaleX(${(value ?? 35) / 100})` }}
      />
    </Primitive.Root>
  );
}
