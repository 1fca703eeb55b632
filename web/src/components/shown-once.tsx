import { CopyButton } from '@/components/copy-button';

/** A secret that has just been made and cannot be shown again, with a button to copy it. */
export function ShownOnce({ label, text }: { label: string; text: string }) {
  return (
    <div className="rounded-lg border bg-muted/60">
      <div className="flex items-center justify-between gap-2 border-b py-1 pr-1 pl-3">
        <span className="text-xs font-medium text-muted-foreground">{label}</span>
        <CopyButton text={text} label="Copy" />
      </div>
      <code aria-label={label} className="block p-3 font-mono text-xs leading-5 wrap-anywhere select-all">
        {text}
      </code>
    </div>
  );
}
