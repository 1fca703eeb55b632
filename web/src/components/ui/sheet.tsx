import { Dialog as Primitive } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from '@/lib/class-names';

/** A panel at the side of the page. */
export const Sheet = Primitive.Root;
/** Closes the panel. */
export const SheetClose = Primitive.Close;
/** The panel's name, read out when it opens. */
export const SheetTitle = Primitive.Title;
/** One sentence about the panel, for readers that do not see it. */
export const SheetDescription = Primitive.Description;

/** The panel's surface: the whole screen on phones, a column beside the page elsewhere. */
export function SheetContent({ className, ...props }: ComponentProps<typeof Primitive.Content>) {
  return (
    <Primitive.Portal>
      <Primitive.Content
        className={cn(
          'fixed inset-y-0 right-0 z-40 flex w-full flex-col border-l bg-card shadow-[-12px_0_40px_-16px_rgb(0_0_0/0.25)] outline-none data-[state=open]:animate-sheet-in sm:w-[min(38rem,92vw)]',
          className,
        )}
        {...props}
      />
    </Primitive.Portal>
  );
}
