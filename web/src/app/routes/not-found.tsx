import { Compass } from 'lucide-react';
import { Link } from 'react-router';
import { PageHeader } from '@/components/layout/page-header';
import { EmptyState } from '@/components/states/empty-state';
import { Button } from '@/components/ui/button';
import { paths } from '@/config/paths';

/** An address that leads nowhere. */
export function NotFoundRoute() {
  return (
    <>
      <PageHeader />
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
