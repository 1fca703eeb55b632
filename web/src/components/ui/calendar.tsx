import { ChevronLeft, ChevronRight } from 'lucide-react';
import { DayPicker, getDefaultClassNames } from 'react-day-picker';
import type { ComponentProps } from 'react';
import { cn } from '@/lib/class-names';

/** A month to pick days from. */
export function Calendar({ className, classNames, ...props }: ComponentProps<typeof DayPicker>) {
  const defaults = getDefaultClassNames();
  return (
    <DayPicker
      showOutsideDays
      className={cn('p-1', className)}
      classNames={{
        months: cn('relative flex flex-col gap-3', defaults.months),
        month: 'flex w-full flex-col gap-2',
        nav: 'absolute inset-x-0 top-0 flex items-center justify-between',
        button_previous:
          'inline-grid size-8 place-content-center rounded-md hover:bg-accent aria-disabled:opacity-40',
        button_next:
          'inline-grid size-8 place-content-center rounded-md hover:bg-accent aria-disabled:opacity-40',
        month_caption: 'flex h-8 items-center justify-center text-sm font-medium',
        weekdays: 'flex',
        weekday: 'w-9 text-center text-xs font-normal text-muted-foreground',
        week: 'mt-0.5 flex w-full',
        day: 'size-9 p-0 text-center text-sm tabular-nums',
        day_button: 'size-9 rounded-md font-normal hover:bg-accent',
        today: '[&>button]:font-semibold [&>button]:text-primary',
        outside: 'text-muted-foreground',
        disabled: 'opacity-40',
        selected: '',
        range_start: 'rounded-l-md bg-accent [&>button]:bg-primary [&>button]:text-primary-foreground',
        range_end: 'rounded-r-md bg-accent [&>button]:bg-primary [&>button]:text-primary-foreground',
        range_middle: 'bg-accent',
        hidden: 'invisible',
        ...classNames,
      }}
      components={{
        Chevron: ({ orientation }) =>
          orientation === 'left' ? <ChevronLeft className="size-4" /> : <ChevronRight className="size-4" />,
      }}
      {...props}
    />
  );
}
