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
import type { Schema } from '@/lib/api/client';
import { countOf, formatBytes, formatCount } from '@/lib/numbers';
import { useChangeRetention, type DryRun } from '../api/storage';
import { KIND_NAMES } from '../kinds';

/** Shows what a change of the retention would remove, and makes it. */
export function RetentionDialog({
  revision,
  change,
  dryRun,
  onClose,
}: {
  revision: number;
  change: Schema<'RetentionChange'>;
  dryRun: DryRun;
  onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  const { mutate, isPending, error } = useChangeRetention();
  return (
    <AlertDialog open onOpenChange={(next) => !next && onClose()}>
      <AlertDialogContent className="max-h-[calc(100dvh-2rem)] overflow-y-auto">
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            const given = reason.trim();
            mutate(
              { revision, value: change, ...(given === '' ? {} : { reason: given }) },
              { onSuccess: onClose },
            );
          }}
        >
          <AlertDialogTitle>Change how long data is kept?</AlertDialogTitle>
          <AlertDialogDescription className="text-pretty">
            Of what is stored now, this is past its time then. What is kept shorter than before goes after a
            day, and until then the change can be taken back.
          </AlertDialogDescription>
          <Removed dryRun={dryRun} />
          <TextField
            label="Reason"
            hint="For the audit trail."
            autoComplete="off"
            maxLength={1024}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <Refusal problem={error} />
          <DialogButtons answer="Change it" pending={isPending} />
        </form>
      </AlertDialogContent>
    </AlertDialog>
  );
}

function Removed({ dryRun: { days, events, bytes, held_days, rows } }: { dryRun: DryRun }) {
  const first = days[0]?.day;
  const last = days.at(-1)?.day;
  const others = rows.filter(({ rows: count }) => count > 0);
  return (
    <ul className="list-disc space-y-1 pl-5 tabular-nums">
      {first === undefined ? (
        <li>No events</li>
      ) : (
        <li>
          {countOf(events, 'event')}, about {formatBytes(bytes)}: {countOf(days.length, 'day')} from{' '}
          <Day day={first} /> to <Day day={last} />
          {days.some(({ partly }) => partly) && ', of some days not all sources'}
        </li>
      )}
      {held_days > 0 && <li>{countOf(held_days, 'day')} stay: a legal hold keeps them</li>}
      {others.map(({ kind, rows: count, exact }) => (
        <li key={kind}>
          {KIND_NAMES[kind]}: {exact ? '' : 'more than '}
          {formatCount(count)}
        </li>
      ))}
    </ul>
  );
}

function Day({ day }: { day: string | undefined }) {
  return <span className="whitespace-nowrap">{day}</span>;
}
