import { Moment } from '@/components/moment';
import { ShownOnce } from '@/components/shown-once';
import { AlertDialogDescription, AlertDialogTitle } from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import { Untrusted } from '@/components/untrusted';
import type { PersonWithLink } from '../api/people';

/** A link that was just made for a person. */
export function LinkToHandOver({
  given: { person, link },
  onClose,
}: {
  given: PersonWithLink;
  onClose: () => void;
}) {
  return (
    <>
      <AlertDialogTitle>
        {person.state === 'invited' ? 'Hand over the invitation' : 'Hand over the link'}
      </AlertDialogTitle>
      <AlertDialogDescription className="text-pretty">
        With this link{' '}
        <Untrusted className="font-medium wrap-anywhere text-foreground">{person.name}</Untrusted> sets a
        password. Send it in a way that only this person reads. It works once, until{' '}
        <Moment exact iso={link.expires_at} />, and cannot be shown again.
      </AlertDialogDescription>
      <ShownOnce label="Link" text={link.url} />
      <div className="flex justify-end">
        <Button onClick={onClose}>Done</Button>
      </div>
    </>
  );
}
