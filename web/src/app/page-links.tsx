import { NavLink } from 'react-router';
import { cn } from '@/lib/class-names';
import type { Page } from './page';

/** Links to pages, with the one that is shown marked. */
export function PageLinks({
  label,
  pages,
  search,
  className,
}: {
  /** Names the pages together. */
  label: string;
  pages: readonly Page[];
  /** What goes along from page to page. */
  search: string;
  className?: string;
}) {
  return (
    <nav aria-label={label} className={cn('flex items-center gap-1', className)}>
      {pages.map(({ path, title, icon: Icon }) => (
        <NavLink
          key={path}
          to={{ pathname: path, search }}
          end={path === '/'}
          className={({ isActive }) =>
            cn(
              'inline-flex h-8 shrink-0 items-center gap-1.5 rounded-md px-2 text-[0.8125rem] font-medium max-[22rem]:px-1 max-[22rem]:text-xs sm:px-2.5',
              isActive ? 'bg-secondary text-foreground' : 'text-muted-foreground hover:text-foreground',
            )
          }
        >
          {Icon && <Icon aria-hidden className="size-4 max-sm:hidden" />}
          {title}
        </NavLink>
      ))}
    </nav>
  );
}
