import { TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/button';

/** What people are told who come back from the provider without a session; the codes are the API's. */
const FAILURES: Readonly<Record<string, string>> = {
  'AUTH.OIDC_BUSY': 'Too many sign-ins are under way. Try again in a few minutes.',
  'AUTH.OIDC_UNAVAILABLE': 'The provider does not answer. Try again later.',
  'AUTH.OIDC_EXPIRED': 'The sign-in took too long, or was started in another browser. Start again.',
  'AUTH.OIDC_DENIED': 'The provider did not let you in.',
  'AUTH.OIDC_INVALID': 'The answer of the provider was not valid. Try again; if it stays so, tell an admin.',
  'AUTH.OIDC_NO_ROLE': 'You have no role here. Ask an admin for one.',
  'AUTH.OIDC_DISABLED': 'Your account is disabled. Ask an admin.',
  'AUTH.OIDC_FULL': 'There is no room for another person. Tell an admin.',
};

/** Leads to the OpenID provider, and back to the page whose place this takes. */
export function ProviderStep({ name }: { name: string }) {
  const [failure] = useState(failureInAddress);
  useEffect(() => {
    // Told once: the address goes on without it.
    if (failure !== null) window.history.replaceState(window.history.state, '', pageAddress());
  }, [failure]);
  return (
    <div className="space-y-4">
      {failure !== null && (
        <p role="alert" className="flex gap-2 text-[0.8125rem] text-pretty text-critical">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {FAILURES[failure] ?? 'The sign-in came to nothing. Try again.'}
        </p>
      )}
      <Button asChild className="w-full">
        <a href={`/api/auth/oidc/start?return_to=${encodeURIComponent(pageAddress())}`}>
          Sign in with {name}
        </a>
      </Button>
    </div>
  );
}

/** The code of a sign-in that failed, which is behind the hash sign. */
function failureInAddress(): string | null {
  return /^#sign-in-failed=([A-Z_.]+)$/.exec(window.location.hash)?.[1] ?? null;
}

function pageAddress(): string {
  return window.location.pathname + window.location.search;
}
