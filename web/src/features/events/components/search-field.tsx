import { Search } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';
import { ClearButton } from '@/components/list/clear-button';
import { Input } from '@/components/ui/input';
import { cn } from '@/lib/class-names';

/** A query in the search language; takes effect on Enter, on leaving the field, and when it is cleared. */
export function SearchField({
  label,
  placeholder,
  value,
  fault,
  onChange,
  className,
}: {
  label: string;
  placeholder: string;
  value: string;
  /** What is wrong with the query. */
  fault?: ReactNode;
  onChange: (value: string) => void;
  className?: string;
}) {
  // Half a query is mostly a faulty one, so what is being typed stays here until it is whole.
  const [draft, setDraft] = useState<string | null>(null);
  const faultId = useId();
  const shown = draft ?? value;
  const settle = (text: string) => {
    setDraft(null);
    if (text.trim() !== value) onChange(text.trim());
  };
  return (
    <div className={cn('min-w-0', className)}>
      <div className="relative">
        <Search
          aria-hidden
          className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted-foreground"
        />
        <Input
          type="search"
          enterKeyHint="search"
          aria-label={label}
          aria-invalid={fault !== undefined}
          aria-describedby={fault === undefined ? undefined : faultId}
          placeholder={placeholder}
          value={shown}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={8000}
          className="px-8 font-mono text-[0.8125rem] placeholder:font-sans [&::-webkit-search-cancel-button]:hidden"
          onChange={({ target }) => setDraft(target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') settle(shown);
            if (event.key === 'Escape' && shown !== '') {
              event.stopPropagation();
              settle('');
            }
          }}
          onBlur={() => {
            if (draft !== null) settle(draft);
          }}
        />
        {shown !== '' && <ClearButton label={`Clear: ${label.toLowerCase()}`} onClear={() => settle('')} />}
      </div>
      {fault !== undefined && (
        <p id={faultId} role="alert" className="mt-1.5 text-xs text-pretty text-critical">
          {fault}
        </p>
      )}
    </div>
  );
}
