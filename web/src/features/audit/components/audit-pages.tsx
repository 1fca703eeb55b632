import { Button } from '@/components/ui/button';
import { NativeSelect } from '@/components/ui/native-select';
import { formatCount } from '@/lib/numbers';
import type { AuditEntry } from '../api/audit';
import { auditAddress } from '../audit-view';

/** Which entries are shown, and how to get to older ones. */
export function AuditPages({
  entries,
  pageSize,
  onNewest,
  onOlder,
  onPageSize,
}: {
  entries: readonly AuditEntry[];
  pageSize: number;
  /** Absent while the latest entries are shown. */
  onNewest?: () => void;
  /** Absent where there are no older ones. */
  onOlder?: () => void;
  onPageSize: (size: number) => void;
}) {
  const [first, last] = [entries[0], entries.at(-1)];
  return (
    <nav
      aria-label="Pages of entries"
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t px-4 py-3 text-[0.8125rem] sm:px-5"
    >
      <p className="text-muted-foreground tabular-nums">
        {first && last ? `Entries ${formatCount(first.seq)} to ${formatCount(last.seq)}` : 'No entries'}
      </p>
      <div className="flex flex-wrap items-center gap-2">
        <NativeSelect
          aria-label="Rows on a page"
          value={pageSize}
          onChange={(event) => onPageSize(Number(event.target.value))}
        >
          {auditAddress.pageSizes.map((size) => (
            <option key={size} value={size}>
              {size}
            </option>
          ))}
        </NativeSelect>
        <Button variant="outline" size="sm" disabled={!onNewest} onClick={onNewest}>
          Latest
        </Button>
        <Button variant="outline" size="sm" disabled={!onOlder} onClick={onOlder}>
          Older
        </Button>
      </div>
    </nav>
  );
}
