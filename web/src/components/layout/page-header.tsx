import { useEffect, type ReactNode } from 'react';
import { useMatches } from 'react-router';

/** What the router knows of a page. */
export interface PageHandle {
  title: string;
}

/** The name of a page and what it is about; the document is named like the page. */
export function PageHeader({
  title,
  children,
  actions,
}: {
  /** Names what the page shows, in place of the page's own title. */
  title?: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  const page = useMatches().at(-1)?.handle as PageHandle | undefined;
  const shown = title ?? page?.title ?? '';
  useEffect(() => {
    document.title = `${shown} · Mini Compliance Monitor`;
  }, [shown]);
  return (
    <div className="mb-4 flex flex-wrap items-end justify-between gap-3">
      <div>
        <h1 className="text-xl font-semibold tracking-[-0.015em]">{shown}</h1>
        {children ? <p className="text-muted-foreground">{children}</p> : null}
      </div>
      {actions}
    </div>
  );
}
