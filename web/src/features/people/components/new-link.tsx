import { useState } from 'react';
import { DialogButtons } from '@/components/form/dialog-buttons';
import { Refusal } from '@/components/form/refusal';
import { AlertDialogDescription, AlertDialogTitle } from '@/components/ui/alert-dialog';
import { Checkbox } from '@/components/ui/checkbox';
import { Untrusted } from '@/components/untrusted';
import { useResetLink, type Person } from '../api/people';
import { LinkToHandOver } from './link-to-hand-over';

/** Makes another link for a person: the invitation again, or one for a new password. */
export function NewLink({ person, onClose }: { person: Person; onClose: () => void }) {
  const [forget, setForget] = useState(false);
  const { mutate, isPending, error, data } = useResetLink(person.id);
  if (data) return <LinkToHandOver given={data} onClose={onClose} />;
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        mutate(forget ? { remove_totp: true } : {});
      }}
    >
      <AlertDialogTitle>
        {person.state === 'invited' ? 'Make a new invitation link?' : 'Make a link for a new password?'}
      </AlertDialogTitle>
      <AlertDialogDescription className="text-pretty">
        For <Untrusted className="font-medium wrap-anywhere text-foreground">{person.name}</Untrusted>.
        Earlier links stop working. The password stays until the link is used.
      </AlertDialogDescription>
      {person.totp_enabled && (
        <label className="flex items-start gap-2 text-sm">
          <Checkbox
            checked={forget}
            onCheckedChange={(checked) => setForget(checked === true)}
            className="mt-0.5"
          />
          <span>
            Also remove the authenticator, because the person has lost it
            <span className="block text-xs text-muted-foreground">It is removed immediately.</span>
          </span>
        </label>
      )}
      <Refusal problem={error} />
      <DialogButtons answer="Make the link" pending={isPending} />
    </form>
  );
}
