import { PageHeader } from '@/components/layout/page-header';
import { InvitePerson } from '@/features/people/components/invite-person';
import { PeoplePanel } from '@/features/people/components/people-panel';
import { PersonDialogs } from '@/features/people/components/person-actions';

/** Who may sign in. */
export function PeopleRoute() {
  return (
    <>
      <PageHeader actions={<InvitePerson />}>Who may sign in, and what each may do.</PageHeader>
      <PersonDialogs>
        <PeoplePanel />
      </PersonDialogs>
    </>
  );
}
