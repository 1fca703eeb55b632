import { ConfirmDialog } from '@/components/confirm-dialog';
import { Untrusted } from '@/components/untrusted';
import { useChangePerson, type Person } from '../api/people';

/** Asks before a person is kept out, or let in again. */
export function DisablePerson({
  person,
  open,
  onClose,
}: {
  person: Person;
  open: boolean;
  onClose: () => void;
}) {
  const { mutate, isPending, error } = useChangePerson(person.id);
  const disabled = person.state === 'disabled';
  return (
    <ConfirmDialog
      open={open}
      title={disabled ? 'Enable this person?' : 'Disable this person?'}
      answer={disabled ? 'Enable' : 'Disable'}
      pending={isPending}
      problem={error}
      said="The person was not changed"
      onConfirm={() => mutate({ disabled: !disabled }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Untrusted className="font-medium wrap-anywhere text-foreground">{person.name}</Untrusted>{' '}
      {disabled
        ? 'can sign in again with the same password.'
        : 'cannot sign in any more, and all sessions end immediately. What the person did stays in the audit trail.'}
    </ConfirmDialog>
  );
}
