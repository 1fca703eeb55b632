import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { TextFilter } from '@/components/data-table/text-filter';
import { Button } from '@/components/ui/button';
import type { Severity } from '@/lib/severity';
import { findingsQuery } from '../api/get-findings';
import { isFiltered, toFilter, type FindingsView } from '../findings-view';
import { useToday } from '../use-today';
import { DateFilter } from './date-filter';
import { SeverityFilter } from './severity-filter';

/** What takes every filter away. */
export const NO_FILTERS: Partial<FindingsView> = {
  severities: [],
  user: '',
  rule: '',
  span: undefined,
  from: undefined,
  to: undefined,
};

/** The filters above the list of findings. */
export function FindingsToolbar({
  view,
  counts,
  onChange,
}: {
  view: FindingsView;
  /** Findings by severity over all, shown beside the choices while nothing else narrows the list. */
  counts?: Readonly<Record<Severity, number>>;
  onChange: (change: Partial<FindingsView>) => void;
}) {
  const now = useToday();
  const page = useQuery(findingsQuery(toFilter(view, now)));
  const users = [...new Set(page.data?.items.map(({ user }) => user))].sort();
  const rules = [...new Set(page.data?.items.map(({ rule_name }) => rule_name))].sort();
  const narrowedOtherwise = isFiltered({ ...view, severities: [] });
  return (
    <div
      role="search"
      aria-label="Filter findings"
      className="grid grid-cols-2 items-center gap-2 px-4 pt-3 pb-3.5 sm:flex sm:flex-wrap sm:px-5"
    >
      <SeverityFilter
        chosen={view.severities}
        counts={narrowedOtherwise ? undefined : counts}
        onChange={(severities) => onChange({ severities })}
      />
      <TextFilter
        id="findings-user"
        label="User"
        placeholder="Any user"
        value={view.user}
        suggestions={users}
        onChange={(user) => onChange({ user })}
        className="max-sm:order-1 max-sm:col-span-2 sm:w-44"
      />
      <TextFilter
        id="findings-rule"
        label="Rule"
        placeholder="Any rule"
        value={view.rule}
        suggestions={rules}
        onChange={(rule) => onChange({ rule })}
        className="max-sm:order-1 max-sm:col-span-2 sm:w-52"
      />
      <DateFilter view={view} onChange={({ span, from, to }) => onChange({ span, from, to })} />
      {isFiltered(view) && (
        <Button
          variant="ghost"
          className="max-sm:order-2 max-sm:col-span-2"
          onClick={() => onChange(NO_FILTERS)}
        >
          <X aria-hidden />
          Clear filters
        </Button>
      )}
    </div>
  );
}
