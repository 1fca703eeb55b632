import { useNavigate } from 'react-router';
import { PageHeader } from '@/components/layout/page-header';
import { paths } from '@/config/paths';
import { SessionsPanel } from '@/features/account/components/sessions-panel';

/** The own sessions. */
export function SessionsRoute() {
  const navigate = useNavigate();
  return (
    <>
      <PageHeader>
        The browsers in which you have signed in. A session ends after 8 hours without use.
      </PageHeader>
      <SessionsPanel onLeave={() => void navigate(paths.dashboard.href(), { replace: true })} />
    </>
  );
}
