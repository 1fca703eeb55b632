import { useEffect, type ReactNode } from 'react';

/** The name of a page and what it is about. */
export function PageHeader({
  title,
  children,
  actions,
}: {
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Mini Compliance Monitor`;
  }, [title]);
  return (
    <>
      <div className="mb-4 flex flex-wrap items-end justify-between gap-3">
        <div>
          <h1 className="text-xl font-semibold tracking-[-0.015em]">{title}</h1>
          {children ? <p className="text-muted-foreground">{children}</p> : null}
        </div>
        {actions}
      </div>
    </>
  );
}
