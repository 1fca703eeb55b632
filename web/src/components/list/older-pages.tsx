import { Button } from '@/components/ui/button';
import { NativeSelect } from '@/components/ui/native-select';
import { plural } from '@/lib/numbers';

/** How to get to older rows, in lists that grow so fast that their pages have no numbers. */
export function OlderPages({
  noun,
  shown,
  pageSize,
  pageSizes,
  onNewest,
  onOlder,
  onPageSize,
}: {
  /** What a row is: `event`. */
  noun: string;
  /** Which rows are shown. */
  shown: string;
  pageSize: number;
  pageSizes: readonly number[];
  /** Null while the latest rows are shown. */
  onNewest: (() => void) | null;
  /** Null where there are no older ones. */
  onOlder: (() => void) | null;
  onPageSize: (size: number) => void;
}) {
  return (
    <nav
      aria-label={`Pages of ${plural(noun)}`}
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t px-4 py-3 text-[0.8125rem] sm:px-5"
    >
      <p className="text-muted-foreground tabular-nums">{shown}</p>
      <div className="flex flex-wrap items-center gap-2">
        <NativeSelect
          aria-label="Rows on a page"
          value={pageSize}
          onChange={(event) => onPageSize(Number(event.target.value))}
        >
          {pageSizes.map((size) => (
            <option key={size} value={size}>
              {size}
            </option>
          ))}
        </NativeSelect>
        <Button variant="outline" size="sm" disabled={onNewest === null} onClick={onNewest ?? undefined}>
          Latest
        </Button>
        <Button variant="outline" size="sm" disabled={onOlder === null} onClick={onOlder ?? undefined}>
          Older
        </Button>
      </div>
    </nav>
  );
}
