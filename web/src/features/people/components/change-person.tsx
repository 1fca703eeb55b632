import { useState } from 'react';
import { DialogButtons } from '@/components/form/dialog-buttons';
import { faultOf } from '@/components/form/field';
import { NameField } from '@/components/form/name-field';
import { Refusal } from '@/components/form/refusal';
import { AlertDialogDescription, AlertDialogTitle } from '@/components/ui/alert-dialog';
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
      <NameField value={name} onChange={setName} error={faultOf(error, 'name')} />
      <RoleChoice value={role} onChange={setRole} />
      <Refusal problem={error} fields={['name']} />
      <DialogButtons answer="Change" pending={isPending || Object.keys(changed).length === 0} />
    </form>
  );
}
