import { useEffect, useId, useRef, useState } from 'react';
import { Input } from '@/components/ui/input';
import { cn } from '@/lib/class-names';
import { revealInvisible } from '@/lib/untrusted-text';
import { ClearButton } from './clear-button';

const SETTLE_MS = 400;

/** A filter by exact text; takes effect on Enter, on leaving, or a moment after the last key. */
export function TextFilter({
  label,
  placeholder,
  value,
  onChange,
  suggestions = [],
  className,
}: {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  /** Values to choose from; each is offered once. */
  suggestions?: readonly string[];
  className?: string;
}) {
  // Only what is being typed lives here; the filter itself is the caller's (the address of the page).
  const [draft, setDraft] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const shown = draft ?? value;
  // The browser draws suggestions by itself: nothing that could fool the eye may be among them.
  const known = [...new Set(suggestions)].filter((text) => revealInvisible(text) === text).sort();
  const listId = useId();
  const settle = (text: string) => {
    clearTimeout(timer.current);
    setDraft(null);
    if (text.trim() !== value) onChange(text.trim());
  };
  return (
    <div className={cn('relative', className)}>
      <Input
        aria-label={label}
        placeholder={placeholder}
        value={shown}
        list={known.length > 0 ? listId : undefined}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={1024}
        className={shown ? 'pr-8' : undefined}
        onChange={(event) => {
          const text = event.target.value;
          setDraft(text);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => settle(text), SETTLE_MS);
        }}
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
      {shown !== '' && <ClearButton label={`Clear ${label.toLowerCase()}`} onClear={() => settle('')} />}
      {known.length > 0 && (
        <datalist id={listId}>
          {known.map((suggestion) => (
            <option key={suggestion} value={suggestion} />
          ))}
        </datalist>
      )}
    </div>
  );
}
