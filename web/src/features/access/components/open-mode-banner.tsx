import { LockOpen, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { useMe } from '@/lib/access/session';

const KEY = 'mcm-open-mode-read';

/** Says that everyone on this machine may do everything, until it has been read. */
export function OpenModeBanner() {
  const [read, setRead] = useState(wasRead);
  const me = useMe();
  if (me?.mode !== 'open' || read) return null;
  return (
    <aside aria-label="Open mode" className="border-b bg-muted text-[0.8125rem]">
      <div className="mx-auto flex max-w-[88rem] items-center gap-3 px-4 py-1.5 sm:px-6">
        <LockOpen aria-hidden className="size-4 shrink-0 text-muted-foreground" />
        <p className="min-w-0 flex-1 text-pretty">
          <span className="font-semibold">Open mode:</span> each visitor of this machine is the local
          operator. To give people their own sign-in, set{' '}
          <code className="font-mono text-xs">AUTH_MODE=local</code> (
          <code className="font-mono text-xs">docs/access.md</code>).
        </p>
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label="Hide this note"
          onClick={() => {
            keepRead();
            setRead(true);
          }}
        >
          <X aria-hidden />
        </Button>
      </div>
    </aside>
  );
}

function wasRead(): boolean {
  try {
    return sessionStorage.getItem(KEY) !== null;
  } catch {
    // Storage may be forbidden; the note is then shown on each visit.
    return false;
  }
}

function keepRead(): void {
  try {
    sessionStorage.setItem(KEY, 'read');
  } catch {
    // As above.
  }
}
