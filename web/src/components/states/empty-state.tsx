import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '@/lib/class-names';

/** Says that there is nothing, why, and what can be done about it. */
export function EmptyState({
  icon: Icon,
  title,
  children,
  action,
  className,
}: {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}) {
  return (
    <div className={cn('flex flex-col items-center gap-3 px-4 py-12 text-center', className)}>
      <span className="grid size-10 place-content-center rounded-full bg-muted text-muted-foreground">
        <Icon aria-hidden className="size-5" />
      </span>
      <div className="max-w-prose space-y-1">
        <p className="font-medium">{title}</p>
        {children ? <div className="text-pretty text-muted-foreground">{children}</div> : null}
      </div>
      {action}
    </div>
  );
}
