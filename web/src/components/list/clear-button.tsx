import { X } from 'lucide-react';

/** Stands at the right end of a text field, which is placed relatively, and empties it. */
export function ClearButton({ label, onClear }: { label: string; onClear: () => void }) {
  return (
    <button
      type="button"
      aria-label={label}
      className="absolute top-1/2 right-1.5 grid size-6 -translate-y-1/2 place-content-center rounded text-muted-foreground hover:text-foreground"
      onClick={onClear}
    >
      <X aria-hidden className="size-3.5" />
    </button>
  );
}
