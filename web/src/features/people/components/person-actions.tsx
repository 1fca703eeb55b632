import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
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

/** What an admin can do about a person. */
export function PersonActions({ person }: { person: Person }) {
  const [action, setAction] = useState<Action>();
  const close = () => setAction(undefined);
  const items: readonly (readonly [Action, string, boolean])[] = [
    ['change', 'Change name or role', true],
    [
      'link',
      person.state === 'invited' ? 'New invitation link' : 'Link for a new password',
      person.state !== 'disabled',
    ],
    ['disable', person.state === 'disabled' ? 'Enable' : 'Disable', true],
  ];
  return (
    <>
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
                <DropdownMenuItem key={each} onSelect={() => setAction(each)}>
                  {label}
                </DropdownMenuItem>
              ),
          )}
        </DropdownMenuContent>
      </DropdownMenu>
      <AlertDialog open={action === 'change' || action === 'link'} onOpenChange={(open) => !open && close()}>
        <AlertDialogContent>
          {action === 'change' && <ChangePerson person={person} onClose={close} />}
          {action === 'link' && <NewLink person={person} onClose={close} />}
        </AlertDialogContent>
      </AlertDialog>
      <DisablePerson person={person} open={action === 'disable'} onClose={close} />
    </>
  );
}
