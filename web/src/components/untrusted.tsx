import { revealInvisible } from '@/lib/untrusted-text';

/** Text that producers sent: shown as text only, set apart from its surroundings, with nothing invisible in it. */
export function Untrusted({ children, className }: { children: string; className?: string }) {
  return <bdi className={className}>{revealInvisible(children)}</bdi>;
}
