import { Users } from 'lucide-react';
import { ChoiceFilter } from '@/components/list/choice-filter';
import { ListPanel } from '@/components/list/list-panel';
import { TextFilter } from '@/components/list/text-filter';
import { useList } from '@/components/list/use-list';
import { EmptyState } from '@/components/states/empty-state';
import { ROLES } from '@/lib/access/roles';
import { PEOPLE_KEY, peopleQuery } from '../api/people';
import { peopleAddress, PERSON_STATES } from '../people-view';
import { InvitePerson } from './invite-person';
import { PERSON_COLUMNS, PersonCard } from './person-columns';

/** Who may sign in, with filters; everything about the list stands in the address. */
export function PeoplePanel() {
  const list = useList({ address: peopleAddress, listKey: PEOPLE_KEY, query: peopleQuery });
  return (
    <ListPanel
      list={list}
      noun="person"
      caption="People, by name"
      filters={
        <>
          <TextFilter
            label="Name or address"
            placeholder="Any name or address"
            value={list.view.q}
            onChange={(q) => list.change({ q })}
            className="max-sm:col-span-2 sm:w-60"
          />
          <ChoiceFilter
            label="Role"
            any="Any role"
            value={list.view.role}
            choices={ROLES.map(({ role, label }) => [role, label] as const)}
            onChange={(role) => list.change({ role })}
          />
          <ChoiceFilter
            label="State"
            any="Any state"
            value={list.view.state}
            choices={PERSON_STATES}
            onChange={(state) => list.change({ state })}
          />
        </>
      }
      columns={PERSON_COLUMNS}
      card={(person) => <PersonCard person={person} />}
      target={null}
      none={
        <EmptyState icon={Users} title="No people yet" className="border-t" action={<InvitePerson />}>
          Invite the first: you get a link to hand over, with which the person sets a password.
        </EmptyState>
      }
    />
  );
}
