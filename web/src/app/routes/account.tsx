import { PageHeader } from '@/components/layout/page-header';
import { AccountPanel } from '@/features/account/components/account-panel';
import { useMe } from '@/lib/access/session';

/** The own account. */
export function AccountRoute() {
  const me = useMe();
  return (
    <>
      <PageHeader>How you sign in.</PageHeader>
      {me?.account && <AccountPanel name={me.actor.name} account={me.account} />}
    </>
  );
}
