import { useState } from 'react';
import { faultOf, TextField } from '@/components/form/field';
import { Refusal } from '@/components/form/refusal';
import { SubmitButton } from '@/components/form/submit-button';
import { AlertDialogCancel, AlertDialogDescription, AlertDialogTitle } from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import { Untrusted } from '@/components/untrusted';
import { useChangePerson, type Person } from '../api/people';
import { RoleChoice } from './role-choice';

/** Another name or role for a person. */
export function ChangePerson({ person, onClose }: { person: Person; onClose: () => void }) {
  const [name, setName] = useState(person.name);
  const [role, setRole] = useState(person.role);
  const { mutate, isPending, error } = useChangePerson(person.id);
  const changed = {
    ...(name.trim() === person.name ? {} : { name: name.trim() }),
    ...(role === person.role ? {} : { role }),
  };
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        mutate(changed, { onSuccess: onClose });
      }}
    >
      <AlertDialogTitle>
        Change <Untrusted>{person.name}</Untrusted>
      </AlertDialogTitle>
      <AlertDialogDescription>
        With another role the person has to sign in again: all sessions end.
      </AlertDialogDescription>
      <TextField
        label="Name"
        autoComplete="off"
        required
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={faultOf(error, 'name')}
      />
      <RoleChoice value={role} onChange={setRole} />
      <Refusal problem={error} fields={['name']} />
      <div className="flex justify-end gap-2">
        <AlertDialogCancel asChild>
          <Button variant="outline">Cancel</Button>
        </AlertDialogCancel>
        <SubmitButton pending={isPending || Object.keys(changed).length === 0}>Change</SubmitButton>
      </div>
    </form>
  );
}
