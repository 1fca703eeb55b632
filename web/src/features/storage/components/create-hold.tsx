import { Plus } from 'lucide-react';
import { useState } from 'react';
import { DialogButtons } from '@/components/form/dialog-buttons';
import { faultOf, TextField } from '@/components/form/field';
import { Refusal } from '@/components/form/refusal';
import {
  AlertDialog,
  AlertDialogContent,
  AlertDialogDescription,
  AlertDialogTitle,
} from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import { useCreateHold } from '../api/storage';

/** Asks what is to be held. */
export function CreateHold() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="sm" variant="outline" onClick={() => setOpen(true)}>
        <Plus aria-hidden />
        Hold days
      </Button>
      <AlertDialog open={open} onOpenChange={setOpen}>
        <AlertDialogContent className="max-h-[calc(100dvh-2rem)] overflow-y-auto">
          <HoldForm onDone={() => setOpen(false)} />
        </AlertDialogContent>
      </AlertDialog>
    </>
  );
}

function HoldForm({ onDone }: { onDone: () => void }) {
  const [reason, setReason] = useState('');
  const [sources, setSources] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const { mutate, isPending, error } = useCreateHold();
  const named = sources.split(/[\s,]+/).filter((source) => source !== '');
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        mutate(
          {
            reason,
            sources: named.length === 0 ? null : named,
            ...(from === '' ? {} : { from }),
            ...(to === '' ? {} : { to }),
          },
          { onSuccess: onDone },
        );
      }}
    >
      <AlertDialogTitle>Hold days</AlertDialogTitle>
      <AlertDialogDescription className="text-pretty">
        Events of these days, and findings about them, stay until the hold is released.
      </AlertDialogDescription>
      <TextField
        label="Reason"
        required
        maxLength={1024}
        autoComplete="off"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        error={faultOf(error, 'reason')}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="First day (UTC)"
          hint="Empty: from the beginning."
          type="date"
          value={from}
          onChange={(event) => setFrom(event.target.value)}
          error={faultOf(error, 'from')}
        />
        <TextField
          label="Last day (UTC)"
          hint="Empty: without an end."
          type="date"
          value={to}
          onChange={(event) => setTo(event.target.value)}
          error={faultOf(error, 'to')}
        />
      </div>
      <TextField
        label="Sources"
        placeholder="All"
        hint="Names of sources with commas between them. Empty: all."
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        value={sources}
        onChange={(event) => setSources(event.target.value)}
        error={faultOf(error, 'sources')}
      />
      <Refusal problem={error} fields={['reason', 'from', 'to', 'sources']} />
      <DialogButtons answer="Hold them" pending={isPending} />
    </form>
  );
}
