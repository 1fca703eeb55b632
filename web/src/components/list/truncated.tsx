import { Untrusted } from '@/components/untrusted';
import { cn } from '@/lib/class-names';
import { revealInvisible } from '@/lib/untrusted-text';

/** Untrusted text on one line, cut where the room ends; all of it on hover. */
export function Truncated({ children, className }: { children: string; className?: string }) {
  return (
    <span className={cn('block truncate', className)} title={revealInvisible(children)}>
      <Untrusted>{children}</Untrusted>
    </span>
  );
}
