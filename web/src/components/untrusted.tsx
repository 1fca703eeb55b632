import { withLocalTimes } from '@/lib/time';
import { revealInvisible } from '@/lib/untrusted-text';

/** Text that producers sent: shown as text only, set apart from its surroundings, with nothing invisible in it. */
export function Untrusted({ children, className }: { children: string; className?: string }) {
  return <bdi className={className}>{revealInvisible(children)}</bdi>;
}

/** The same for sentences, with the times in them told in the reader's zone like all times of the page. */
export function UntrustedProse({ children, className }: { children: string; className?: string }) {
  return <bdi className={className}>{proseText(children)}</bdi>;
}

/** The text of {@link UntrustedProse}, for attributes. */
export function proseText(text: string): string {
  return withLocalTimes(revealInvisible(text));
}
