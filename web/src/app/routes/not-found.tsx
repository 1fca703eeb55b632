import { Compass } from 'lucide-react';
import { Link } from 'react-router';
import { EmptyState } from '@/components/states/empty-state';
import { Button } from '@/components/ui/button';
import { paths } from '@/config/paths';

/** An address that leads nowhere. */
export function NotFoundRoute() {
  return (
    <>
      <title>Not found · Mini Compliance Monitor</title>
      <h1 className="sr-only">Not found</h1>
      <EmptyState
        icon={Compass}
        title="There is no such page"
        action={
          <Button asChild variant="outline" size="sm">
            <Link to={paths.dashboard.href()}>Go to the dashboard</Link>
          </Button>
        }
      />
    </>
  );
}
