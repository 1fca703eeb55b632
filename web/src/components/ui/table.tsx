import type { ComponentProps } from 'react';
import { cn } from '@/lib/class-names';

/** A table; wider than its place, it scrolls by itself and not the page. */
export function Table({ className, ...props }: ComponentProps<'table'>) {
  return <table className={cn('w-full border-collapse text-sm', className)} {...props} />;
}

/** A cell that names a column. */
export function TableHead({ className, ...props }: ComponentProps<'th'>) {
  return (
    <th
      scope="col"
      className={cn(
        'h-9 px-3 first:pl-4 last:pr-4 text-left text-xs font-medium whitespace-nowrap text-muted-foreground sm:first:pl-5 sm:last:pr-5',
        className,
      )}
      {...props}
    />
  );
}

/** A cell of data. */
export function TableCell({ className, ...props }: ComponentProps<'td'>) {
  return (
    <td
      className={cn('px-3 py-2.5 first:pl-4 last:pr-4 align-middle sm:first:pl-5 sm:last:pr-5', className)}
      {...props}
    />
  );
}
