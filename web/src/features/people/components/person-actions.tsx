import { Ellipsis } from 'lucide-react';
import { createContext, use, useState, type ReactNode } from 'react';
import { AlertDialog, AlertDialogContent } from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu';
import { revealInvisible } from '@/lib/untrusted-text';
import type { Person } from '../api/people';
import { ChangePerson } from './change-person';
import { DisablePerson } from './disable-person';
import { NewLink } from './new-link';

type Action = 'change' | 'link' | 'disable';
const Begin = createContext<(person: Person, action: Action) => void>(() => undefined);

/**
 * Asks what has to be known before something is done about a person. It is above the list, whose rows become cards when a
 * phone is turned: a link that is shown once must not disappear with its row.
 */
export function PersonDialogs({ children }: { children: ReactNode }) {
  const [begun, setBegun] = useState<{ person: Person; action: Action }>();
  const close = () => setBegun(undefined);
  const { person, action } = begun ?? {};
  return (
    <Begin value={(next, what) => setBegun({ person: next, action: what })}>
      {children}
      <AlertDialog open={action === 'change' || action === 'link'} onOpenChange={(open) => !open && close()}>
        <AlertDialogContent>
          {person && action === 'change' && <ChangePerson person={person} onClose={close} />}
          {person && action === 'link' && <NewLink person={person} onClose={close} />}
        </AlertDialogContent>
      </AlertDialog>
      {person && <DisablePerson person={person} open={action === 'disable'} onClose={close} />}
    </Begin>
  );
}

/** What an admin can do about a person. */
export function PersonActions({ person }: { person: Person }) {
  const begin = use(Begin);
  const items: readonly (readonly [Action, string, boolean])[] = [
    ['change', 'Change name or role', !person.from_provider],
    [
      'link',
      person.state === 'invited' ? 'New invitation link' : 'Link for a new password',
      person.state !== 'disabled' && !person.from_provider,
    ],
    ['disable', person.state === 'disabled' ? 'Enable' : 'Disable', true],
  ];
  return (
    <DropdownMenu modal={false}>
      <DropdownMenuTrigger asChild>
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label={`Actions for ${revealInvisible(person.name)}`}
          title="Actions"
        >
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        {items.map(
          ([each, label, possible]) =>
            possible && (
              <DropdownMenuItem key={each} onSelect={() => begin(person, each)}>
                {label}
              </DropdownMenuItem>
            ),
        )}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
