import { Plus } from 'lucide-react';
import { useState } from 'react';
import { ShownOnce } from '@/components/shown-once';
import {
  AlertDialog,
  AlertDialogContent,
  AlertDialogDescription,
  AlertDialogTitle,
} from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import { Untrusted } from '@/components/untrusted';
import type { NewKey } from '../api/keys';
import { KeyForm } from './key-form';

/** Asks what a new key may do, then shows it once. */
export function CreateKey() {
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<NewKey>();
  const close = () => {
    setOpen(false);
    setMade(undefined);
  };
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        <Plus aria-hidden />
        Make a key
      </Button>
      <AlertDialog open={open} onOpenChange={(next) => !next && close()}>
        <AlertDialogContent className="max-h-[calc(100dvh-2rem)] overflow-y-auto">
          {made ? <Made made={made} onClose={close} /> : <KeyForm onMade={setMade} />}
        </AlertDialogContent>
      </AlertDialog>
    </>
  );
}

function Made({ made, onClose }: { made: NewKey; onClose: () => void }) {
  return (
    <>
      <AlertDialogTitle>Copy the key now</AlertDialogTitle>
      <AlertDialogDescription className="text-pretty">
        <Untrusted className="font-medium wrap-anywhere text-foreground">{made.key.name}</Untrusted> is valid
        from now on. It cannot be shown again. Programs send it as{' '}
        <code className="font-mono text-xs">Authorization: Bearer</code>.
      </AlertDialogDescription>
      <ShownOnce label="Key" text={made.secret} />
      <div className="flex justify-end">
        <Button onClick={onClose}>Done</Button>
      </div>
    </>
  );
}
