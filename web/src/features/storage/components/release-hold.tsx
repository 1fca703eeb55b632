import { useState } from 'react';
import { DialogButtons } from '@/components/form/dialog-buttons';
import { TextField } from '@/components/form/field';
import { Refusal } from '@/components/form/refusal';
import {
  AlertDialog,
  AlertDialogContent,
  AlertDialogDescription,
  AlertDialogTitle,
} from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import { revealInvisible } from '@/lib/untrusted-text';
import { useReleaseHold, type LegalHold } from '../api/storage';

/** Asks why a hold ends, then releases it. */
export function ReleaseHold({ hold }: { hold: LegalHold }) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const { mutate, isPending, error } = useReleaseHold(hold.id);
  return (
    <>
      <Button
        variant="outline"
        size="sm"
        aria-label={`Release the hold ${revealInvisible(hold.reason)}`}
        onClick={() => setOpen(true)}
      >
        Release
      </Button>
      <AlertDialog open={open} onOpenChange={setOpen}>
        <AlertDialogContent>
          <form
            className="grid gap-4"
            onSubmit={(event) => {
              event.preventDefault();
              mutate(reason, { onSuccess: () => setOpen(false) });
            }}
          >
            <AlertDialogTitle>Release this hold?</AlertDialogTitle>
            <AlertDialogDescription className="text-pretty">
              What is past its time is removed by the next run, within an hour.
            </AlertDialogDescription>
            <TextField
              label="Reason"
              required
              maxLength={1024}
              autoComplete="off"
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
            <Refusal problem={error} />
            <DialogButtons answer="Release it" pending={isPending} />
          </form>
        </AlertDialogContent>
      </AlertDialog>
    </>
  );
}
