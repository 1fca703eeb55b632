import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { DialogButtons } from '@/components/form/dialog-buttons';
import { faultOf, TextField } from '@/components/form/field';
import { NameField } from '@/components/form/name-field';
import { Refusal } from '@/components/form/refusal';
import {
  AlertDialog,
  AlertDialogContent,
  AlertDialogDescription,
  AlertDialogTitle,
} from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import type { Role } from '@/lib/access/roles';
import { useInvite, type PersonWithLink } from '../api/people';
import { LinkToHandOver } from './link-to-hand-over';
import { RoleChoice } from './role-choice';

/** Asks whom to invite, then shows the link to hand over. */
export function InvitePerson() {
  const [open, setOpen] = useState(false);
  const [invited, setInvited] = useState<PersonWithLink>();
  const close = () => {
    setOpen(false);
    setInvited(undefined);
  };
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        <UserPlus aria-hidden />
        Invite a person
      </Button>
      <AlertDialog open={open} onOpenChange={(next) => !next && close()}>
        <AlertDialogContent>
          {invited ? (
            <LinkToHandOver given={invited} onClose={close} />
          ) : (
            <Invitation onInvited={setInvited} />
          )}
        </AlertDialogContent>
      </AlertDialog>
    </>
  );
}

function Invitation({ onInvited }: { onInvited: (person: PersonWithLink) => void }) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const { mutate, isPending, error } = useInvite();
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        mutate({ name: name.trim(), email: email.trim(), role }, { onSuccess: onInvited });
      }}
    >
      <AlertDialogTitle>Invite a person</AlertDialogTitle>
      <AlertDialogDescription>
        You get a link to hand over, with which the person sets a password. No mail is sent.
      </AlertDialogDescription>
      <NameField value={name} onChange={setName} error={faultOf(error, 'name')} />
      <TextField
        label="E-mail address"
        inputMode="email"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        required
        maxLength={254}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={faultOf(error, 'email')}
      />
      <RoleChoice value={role} onChange={setRole} />
      <Refusal problem={error} fields={['name', 'email']} />
      <DialogButtons answer="Invite" pending={isPending} />
    </form>
  );
}
