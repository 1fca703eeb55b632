import { LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import { ProblemCard } from '@/components/states/problem-card';
import {
  AlertDialog,
  AlertDialogAction,
  AlertDialogCancel,
  AlertDialogContent,
  AlertDialogDescription,
  AlertDialogTitle,
} from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import type { ApiProblem } from '@/lib/api/problem';

/** Asks before something is done. Stays open until the API has done it, so that a refusal is seen. */
export function ConfirmDialog({
  open,
  title,
  answer,
  pending,
  problem,
  said,
  onConfirm,
  onClose,
  children,
}: {
  open: boolean;
  /** The question. */
  title: string;
  /** The answer that does it. */
  answer: string;
  pending: boolean;
  problem: ApiProblem | null;
  /** Says what a refusal means: `The key was not revoked`. */
  said: string;
  onConfirm: () => void;
  onClose: () => void;
  /** What will happen. */
  children: ReactNode;
}) {
  return (
    <AlertDialog open={open} onOpenChange={(next) => !next && onClose()}>
      <AlertDialogContent>
        <AlertDialogTitle>{title}</AlertDialogTitle>
        <AlertDialogDescription className="text-pretty break-words">{children}</AlertDialogDescription>
        {problem && <ProblemCard problem={problem} what="" said={said} />}
        <div className="flex justify-end gap-2">
          <AlertDialogCancel asChild>
            <Button variant="outline">Cancel</Button>
          </AlertDialogCancel>
          <AlertDialogAction asChild>
            <Button
              disabled={pending}
              onClick={(event) => {
                event.preventDefault();
                onConfirm();
              }}
            >
              {pending && <LoaderCircle aria-hidden className="animate-spin" />}
              {answer}
            </Button>
          </AlertDialogAction>
        </div>
      </AlertDialogContent>
    </AlertDialog>
  );
}
