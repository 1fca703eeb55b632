import { ChevronLeft, ChevronRight } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { NativeSelect } from '@/components/ui/native-select';
import { countOf, formatCount, plural } from '@/lib/numbers';

/** Which rows are shown, how to get to the others, and how many at a time. */
export function Pagination({
  page,
  pageSize,
  pageSizes,
  shown,
  total,
  hasNext,
  noun,
  onPage,
  onPageSize,
}: {
  page: number;
  pageSize: number;
  pageSizes: readonly number[];
  /** Rows on this page. */
  shown: number;
  /** Rows on all pages; absent where they are not counted. */
  total?: number;
  hasNext: boolean;
  /** What a row is: `finding`. */
  noun: string;
  onPage: (page: number) => void;
  onPageSize: (size: number) => void;
}) {
  const first = (page - 1) * pageSize + 1;
  const last = first + shown - 1;
  const pages = total === undefined ? undefined : Math.max(1, Math.ceil(total / pageSize));
  const range = shown === 0 ? `No ${plural(noun)}` : `${formatCount(first)}–${formatCount(last)}`;
  return (
    <nav
      aria-label={`Pages of ${plural(noun)}`}
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t px-4 py-3 text-[0.8125rem] sm:px-5"
    >
      <p className="text-muted-foreground tabular-nums">
        {range}
        {total !== undefined && shown > 0 ? ` of ${countOf(total, noun)}` : null}
      </p>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <label className="flex items-center gap-2 text-muted-foreground">
          <span className="max-xs:sr-only">Rows</span>
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
        </label>
        <div className="flex items-center gap-1.5">
          <Button
            variant="outline"
            size="icon-sm"
            aria-label="Previous page"
            disabled={page <= 1}
            onClick={() => onPage(page - 1)}
          >
            <ChevronLeft aria-hidden />
          </Button>
          <span className="min-w-20 text-center tabular-nums">
            {pages === undefined
              ? `Page ${formatCount(page)}`
              : `${formatCount(page)} of ${formatCount(pages)}`}
          </span>
          <Button
            variant="outline"
            size="icon-sm"
            aria-label="Next page"
            disabled={!hasNext}
            onClick={() => onPage(page + 1)}
          >
            <ChevronRight aria-hidden />
          </Button>
        </div>
      </div>
    </nav>
  );
}
