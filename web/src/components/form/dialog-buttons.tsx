import { AlertDialogCancel } from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import { SubmitButton } from './submit-button';

/** The end of a form in a dialog: leave it, or send it. */
export function DialogButtons({ answer, pending }: { answer: string; pending: boolean }) {
  return (
    <div className="flex justify-end gap-2">
      <AlertDialogCancel asChild>
        <Button variant="outline">Cancel</Button>
      </AlertDialogCancel>
      <SubmitButton pending={pending}>{answer}</SubmitButton>
    </div>
  );
}
