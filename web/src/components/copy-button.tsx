import { Check, Copy, TriangleAlert, type LucideIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/button';

type Outcome = 'idle' | 'copied' | 'refused';
const SHOWN_MS = 1_800;

/** Copies a text and says so. Where the browser refuses (no secure origin), it says that instead. */
export function CopyButton({
  text,
  label,
  icon: Icon = Copy,
  iconOnly = false,
  className,
}: {
  text: string | (() => string);
  /** What is copied: `Copy link`. */
  label: string;
  icon?: LucideIcon;
  iconOnly?: boolean;
  className?: string;
}) {
  const [outcome, setOutcome] = useState<Outcome>('idle');
  useEffect(() => {
    if (outcome === 'idle') return;
    const timer = setTimeout(() => setOutcome('idle'), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text());
      setOutcome('copied');
    } catch {
      // The reader is told on the button itself.
      setOutcome('refused');
    }
  };
  const said = outcome === 'copied' ? 'Copied' : outcome === 'refused' ? 'Cannot copy here' : label;
  const Shown = outcome === 'copied' ? Check : outcome === 'refused' ? TriangleAlert : Icon;
  return (
    <Button
      variant="ghost"
      size={iconOnly ? 'icon-sm' : 'sm'}
      className={className}
      onClick={() => void copy()}
      title={iconOnly ? said : undefined}
    >
      <Shown aria-hidden />
      <span className={iconOnly ? 'sr-only' : undefined} aria-live="polite">
        {said}
      </span>
    </Button>
  );
}
