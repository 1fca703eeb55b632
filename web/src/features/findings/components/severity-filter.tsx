import { ChevronDown } from 'lucide-react';
import { SeverityIcon, severityLabel } from '@/components/severity';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Popover, PopoverContent, PopoverTrigger } from '@/components/ui/popover';
import { formatCount } from '@/lib/numbers';
import { SEVERITIES, type Severity } from '@/lib/severity';

/** Any number of severities, with how many findings each has. */
export function SeverityFilter({
  chosen,
  counts,
  onChange,
}: {
  /** Empty means all. */
  chosen: readonly Severity[];
  counts?: Readonly<Record<Severity, number>>;
  onChange: (chosen: Severity[]) => void;
}) {
  const said = chosen.length === 0 ? 'Any severity' : chosen.map(severityLabel).join(', ');
  return (
    <Popover>
      <PopoverTrigger asChild>
        <Button
          variant="outline"
          className="min-w-0 justify-between font-normal"
          aria-label={`Severity: ${said}`}
        >
          <span className="truncate">{said}</span>
          <ChevronDown aria-hidden className="text-muted-foreground" />
        </Button>
      </PopoverTrigger>
      <PopoverContent className="w-56 p-1.5" aria-label="Severities to show">
        {SEVERITIES.map((severity) => {
          const id = `severity-${severity}`;
          return (
            <div key={severity} className="group flex items-center rounded-md hover:bg-accent">
              <label htmlFor={id} className="flex flex-1 cursor-pointer items-center gap-2 px-2 py-1.5">
                <Checkbox
                  id={id}
                  checked={chosen.includes(severity)}
                  onCheckedChange={(checked) =>
                    onChange(
                      SEVERITIES.filter((other) =>
                        other === severity ? checked === true : chosen.includes(other),
                      ),
                    )
                  }
                />
                <SeverityIcon severity={severity} />
                {severityLabel(severity)}
                {counts && (
                  <span className="ml-auto text-xs text-muted-foreground tabular-nums">
                    {formatCount(counts[severity])}
                  </span>
                )}
              </label>
              <button
                type="button"
                className="mr-1 rounded px-1.5 py-0.5 text-xs text-primary opacity-0 group-hover:opacity-100 hover:underline focus-visible:opacity-100 pointer-coarse:opacity-100"
                aria-label={`Only ${severityLabel(severity).toLowerCase()}`}
                onClick={() => onChange([severity])}
              >
                only
              </button>
            </div>
          );
        })}
      </PopoverContent>
    </Popover>
  );
}
