import { useQuery } from '@tanstack/react-query';
import { SignIn } from '@/features/access/components/sign-in';
import { sessionQuery } from '@/lib/access/session';
import { Layout } from './layout';

/**
 * The pages, for those who have signed in. Others sign in at the address that they asked for: it is never passed on, so
 * nothing can lead them elsewhere, and the page is there as soon as they have.
 */
export function SignedInOnly() {
  const { data: session, isPending } = useQuery(sessionQuery());
  if (isPending) return <p role="status" aria-label="Loading" className="min-h-dvh" />;
  if (session?.me === null) return <SignIn ended={session.ended} />;
  // While the API cannot say who asks, each part of the page says what failed.
  return <Layout key={session?.me?.actor.id} />;
}
