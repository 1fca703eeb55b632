import type { ComponentProps } from 'react';
import { cn } from '@/lib/class-names';

/** A surface that groups what belongs together. */
export function Card({ className, ...props }: ComponentProps<'div'>) {
  return (
    <div
      className={cn(
        'rounded-xl border bg-card text-card-foreground shadow-[0_1px_2px_rgb(0_0_0/0.03)]',
        className,
      )}
      {...props}
    />
  );
}

/** The top of a card: its title on the left, its actions on the right. */
export function CardHeader({ className, ...props }: ComponentProps<'div'>) {
  return (
    <div
      className={cn(
        'flex min-h-8 flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pt-4 sm:px-5',
        className,
      )}
      {...props}
    />
  );
}

/** The name of a card, a heading of the page. */
export function CardTitle({ className, ...props }: ComponentProps<'h2'>) {
  return <h2 className={cn('text-sm font-semibold tracking-[-0.006em]', className)} {...props} />;
}

/** What a card holds. */
export function CardContent({ className, ...props }: ComponentProps<'div'>) {
  return <div className={cn('px-4 pt-3 pb-4 sm:px-5', className)} {...props} />;
}
