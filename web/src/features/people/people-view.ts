import { parseAsStringLiteral } from 'nuqs/server';
import { listAddress, parseAsWords } from '@/components/list/list-address';
import type { ViewOf } from '@/lib/address';

/** The states of a person, and their names. */
export const PERSON_STATES = [
  ['active', 'Active'],
  ['invited', 'Invited'],
  ['disabled', 'Disabled'],
] as const;

/** The address of the list of people. */
export const peopleAddress = listAddress({
  filters: {
    /** Words in the name or the address. */
    q: parseAsWords,
    role: parseAsStringLiteral(['viewer', 'analyst', 'admin']),
    state: parseAsStringLiteral(['active', 'invited', 'disabled']),
  },
  pageSizes: [25, 50, 100],
  pageSize: 25,
});

/** What the address of the page says about the list of people. */
export type PeopleView = ViewOf<typeof peopleAddress>;
