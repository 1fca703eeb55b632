import { useRef, type Ref } from 'react';
import { cn } from '@/lib/class-names';

/** A plain field for the text of a rule, with line numbers; lines with a fault are marked there. */
export function RuleEditor({
  ref,
  value,
  faultyLines,
  describedBy,
  readOnly,
  onChange,
}: {
  ref: Ref<HTMLTextAreaElement>;
  value: string;
  faultyLines: ReadonlySet<number>;
  /** Id of what says what is wrong with the text. */
  describedBy?: string;
  readOnly: boolean;
  onChange: (value: string) => void;
}) {
  const gutter = useRef<HTMLDivElement>(null);
  const lines = value.split('\n').length;
  return (
    // 16 px on phones, or Safari zooms into the field.
    <div className="flex h-96 overflow-hidden rounded-md border border-input/60 bg-card font-mono text-base leading-6 focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-ring sm:text-xs sm:leading-5">
      <div
        ref={gutter}
        aria-hidden
        className="shrink-0 overflow-hidden border-r bg-muted/60 py-2 text-right text-muted-foreground select-none"
      >
        {Array.from({ length: lines }, (_, index) => (
          <div
            key={index}
            className={cn(
              'px-2',
              faultyLines.has(index + 1) && 'bg-critical-tint font-semibold text-critical',
            )}
          >
            {index + 1}
          </div>
        ))}
        {/* As tall as a scroll bar below the text, so that both can be scrolled as far. */}
        <div className="h-5" />
      </div>
      <textarea
        ref={ref}
        aria-label="Text of the rule (YAML)"
        aria-invalid={faultyLines.size > 0}
        aria-describedby={describedBy}
        value={value}
        readOnly={readOnly}
        wrap="off"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        maxLength={1_000_000}
        className="min-w-0 flex-1 resize-none overflow-auto bg-transparent px-3 py-2 whitespace-pre outline-none"
        onChange={(event) => onChange(event.target.value)}
        onScroll={(event) => {
          if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
        }}
      />
    </div>
  );
}

/** Puts the caret on a place in a field of text and shows it. */
export function goToPlace(
  field: HTMLTextAreaElement,
  { line, column }: { line: number; column: number },
): void {
  const lines = field.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  const text = lines[line - 1] ?? '';
  field.focus();
  field.setSelectionRange(start + Math.min(column - 1, text.length), start + text.length);
  const height = Number.parseFloat(getComputedStyle(field).lineHeight);
  field.scrollTop = Math.max(0, (line - 4) * height);
  field.scrollIntoView({ block: 'nearest' });
}
