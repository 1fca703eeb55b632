import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useEffect, useEffectEvent, useRef, useState, type ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { Sheet, SheetClose, SheetContent, SheetDescription, SheetTitle } from '@/components/ui/sheet';
import type { ChangeOptions } from '@/lib/address';
import { useMediaQuery } from '@/lib/use-media-query';

/** Where the arrow keys belong to what has the focus. */
const OWNS_KEYS =
  'input, textarea, select, [contenteditable], [role=menu], [role=radiogroup], [role=group], [role=grid], [role=alertdialog], [role=region]';

/** Opens another row, or none. */
export type OnOpen = (id: number | null, options?: ChangeOptions) => void;

/**
 * The details of one row, beside its table. Not modal where there is room: the table stays usable. ↑ ↓ or j k go
 * to the neighbours, Esc closes.
 */
export function RecordSheet({
  id,
  rows,
  onOpen,
  noun,
  title = `${noun.charAt(0).toUpperCase()}${noun.slice(1)} ${id}`,
  description,
  actions,
  children,
}: {
  /** The open row; nothing is shown without. */
  id: number | null;
  /** The rows of the list, in their order. */
  rows: readonly { id: number }[];
  onOpen: OnOpen;
  /** What a row is: `finding`. */
  noun: string;
  /** Read out when the sheet opens; without one, the noun and the id. */
  title?: string;
  description: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const open = id !== null;
  const index = rows.findIndex((row) => row.id === id);
  // One history entry for the sheet, however many rows are looked through.
  const step = (to: { id: number } | undefined) => to && (() => onOpen(to.id, { replace: true }));
  const onPrevious = step(rows[index - 1]);
  const onNext = index === -1 ? undefined : step(rows[index + 1]);
  const modal = useMediaQuery('(max-width: 639px)');
  const body = useRef<HTMLDivElement>(null);
  // When the sheet closes no row is open any more: the one that was gets the focus back.
  const [lastRow, setLastRow] = useState(id);
  if (open && id !== lastRow) setLastRow(id);
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest(OWNS_KEYS)) return;
    const go =
      event.key === 'ArrowDown' || event.key === 'j'
        ? onNext
        : event.key === 'ArrowUp' || event.key === 'k'
          ? onPrevious
          : undefined;
    if (!go) return;
    event.preventDefault();
    go();
  });
  useEffect(() => {
    if (!open) return;
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, [open]);
  useEffect(() => {
    body.current?.scrollTo({ top: 0 });
  }, [id]);

  return (
    <Sheet open={open} modal={modal} onOpenChange={(next) => !next && onOpen(null)}>
      <SheetContent
        onInteractOutside={(event) => event.preventDefault()}
        onOpenAutoFocus={(event) => {
          event.preventDefault();
          body.current?.focus();
        }}
        onCloseAutoFocus={(event) => {
          event.preventDefault();
          const row = document.querySelector(`[data-row="${lastRow}"]`);
          const target =
            row?.querySelector<HTMLElement>('a, button') ?? document.querySelector<HTMLElement>('main');
          target?.focus({ preventScroll: row === null });
        }}
      >
        <SheetTitle className="sr-only">{title}</SheetTitle>
        <SheetDescription className="sr-only">{description}</SheetDescription>
        <div className="flex h-13 shrink-0 items-center gap-1 border-b px-3">
          <Button
            variant="ghost"
            size="icon-sm"
            aria-label={`Previous ${noun}`}
            title={`Previous ${noun} (↑ or k)`}
            disabled={!onPrevious}
            onClick={onPrevious}
          >
            <ChevronUp aria-hidden />
          </Button>
          <Button
            variant="ghost"
            size="icon-sm"
            aria-label={`Next ${noun}`}
            title={`Next ${noun} (↓ or j)`}
            disabled={!onNext}
            onClick={onNext}
          >
            <ChevronDown aria-hidden />
          </Button>
          {index !== -1 && (
            <span className="px-1 text-xs whitespace-nowrap text-muted-foreground tabular-nums">
              {index + 1} of {rows.length} on this page
            </span>
          )}
          <div className="ml-auto flex items-center">{actions}</div>
          <SheetClose asChild>
            <Button variant="ghost" size="icon-sm" aria-label="Close" title="Close (Esc)">
              <X aria-hidden />
            </Button>
          </SheetClose>
        </div>
        <div
          ref={body}
          tabIndex={-1}
          className="flex-1 overflow-y-auto overscroll-contain px-4 py-5 outline-none sm:px-6"
        >
          {children}
        </div>
      </SheetContent>
    </Sheet>
  );
}

/** A titled part of a sheet. */
export function SheetSection({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="mt-6 border-t pt-5 first:mt-0 first:border-t-0 first:pt-0">
      <div className="mb-2.5 flex min-h-7 flex-wrap items-center justify-between gap-2">
        <h3 className="text-sm font-semibold">{title}</h3>
        {actions}
      </div>
      {children}
    </section>
  );
}

/** Names and values, one below the other. */
export function Facts({ facts }: { facts: readonly { name: string; value: ReactNode }[] }) {
  return (
    <dl className="grid grid-cols-[max-content_1fr] gap-x-5 gap-y-1.5">
      {facts.map(({ name, value }) => (
        <div key={name} className="contents">
          <dt className="text-muted-foreground">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
