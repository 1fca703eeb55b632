import { CircleX } from 'lucide-react';
import { useRouteError } from 'react-router';
import { EmptyState } from '@/components/states/empty-state';
import { Button } from '@/components/ui/button';

/** A page that broke, or that could not be loaded (a newer version may have been installed meanwhile). */
export function RouteFailure() {
  const failure = useRouteError();
  const said = failure instanceof Error ? failure.message : 'The reason is not known.';
  return (
    <div role="alert" className="mx-auto max-w-2xl p-4">
      <h1 className="sr-only">This page failed</h1>
      <EmptyState
        icon={CircleX}
        title="This page failed"
        action={
          <Button variant="outline" size="sm" onClick={() => window.location.reload()}>
            Load it again
          </Button>
        }
      >
        <code className="font-mono text-xs break-words">{said}</code>
      </EmptyState>
    </div>
  );
}
