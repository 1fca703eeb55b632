import { TextFilter } from '@/components/list/text-filter';
import type { Change } from '@/lib/address';
import type { Severity } from '@/lib/severity';
import type { Finding } from '../api/get-findings';
import { findingsAddress, type FindingsView } from '../findings-view';
import { DateFilter } from './date-filter';
import { SeverityFilter } from './severity-filter';

/** The filters above the list of findings. */
export function FindingFilters({
  view,
  shown,
  counts,
  onChange,
}: {
  view: FindingsView;
  /** The findings in the list, whose users and rules are suggested. */
  shown: readonly Finding[];
  /** Findings by severity over all, shown beside the choices while nothing else narrows the list. */
  counts?: Readonly<Record<Severity, number>>;
  onChange: (change: Change<FindingsView>) => void;
}) {
  const narrowedOtherwise = findingsAddress.isFiltered({ ...view, severity: [] });
  return (
    <>
      <SeverityFilter
        chosen={view.severity}
        counts={narrowedOtherwise ? undefined : counts}
        onChange={(severity) => onChange({ severity })}
      />
      <TextFilter
        label="User"
        placeholder="Any user"
        value={view.user}
        suggestions={shown.map(({ user }) => user)}
        onChange={(user) => onChange({ user })}
        className="max-sm:order-1 max-sm:col-span-2 sm:w-44"
      />
      <TextFilter
        label="Rule"
        placeholder="Any rule"
        value={view.rule}
        suggestions={shown.map(({ rule_name }) => rule_name)}
        onChange={(rule) => onChange({ rule })}
        className="max-sm:order-1 max-sm:col-span-2 sm:w-52"
      />
      <DateFilter view={view} onChange={onChange} />
    </>
  );
}
