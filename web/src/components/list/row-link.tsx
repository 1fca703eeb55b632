import { createContext, use, type ReactNode } from 'react';
import { Link, type LinkProps } from 'react-router';
import { cn } from '@/lib/class-names';

/** Where a row leads to. */
export type RowTarget = Pick<LinkProps, 'to' | 'state' | 'preventScrollReset'>;

/** Carries how the rows of a list are opened; provided by the list. */
export const RowTargets = createContext<(id: number | string) => RowTarget>(() => ({ to: '' }));

/** The link that opens a row; in a card the whole card takes the click. */
export function RowLink({
  id,
  card = false,
  className,
  ...props
}: {
  id: number | string;
  card?: boolean;
  className?: string;
  title?: string;
  children: ReactNode;
}) {
  const target = use(RowTargets);
  return (
    <Link
      {...target(id)}
      className={cn(
        card
          ? 'wrap-anywhere outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-ring'
          : 'truncate underline-offset-4 hover:underline',
        className,
      )}
      {...props}
    />
  );
}
