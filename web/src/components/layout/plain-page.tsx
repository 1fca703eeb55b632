import { useEffect, type ReactNode } from 'react';
import { Card } from '@/components/ui/card';
import { Mark } from './mark';

/** A page with one thing to do, for those who have not signed in: nothing of the product is around it. */
export function PlainPage({
  title,
  lead,
  children,
}: {
  title: string;
  /** One or two sentences under the title. */
  lead?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Mini Compliance Monitor`;
  }, [title]);
  return (
    <main className="flex min-h-dvh flex-col items-center px-4 py-10 sm:justify-center">
      <div className="w-full max-w-sm">
        <p className="mb-5 flex items-center justify-center gap-2.5 font-semibold tracking-[-0.01em]">
          <Mark />
          Mini Compliance Monitor
        </p>
        <Card className="space-y-4 p-5 sm:p-6">
          <div className="space-y-1">
            <h1 className="text-lg font-semibold tracking-[-0.01em]">{title}</h1>
            {lead ? <div className="text-pretty text-muted-foreground">{lead}</div> : null}
          </div>
          {children}
        </Card>
      </div>
    </main>
  );
}
