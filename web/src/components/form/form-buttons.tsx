import { Button } from '@/components/ui/button';
import { SubmitButton } from './submit-button';

/** The end of a form on a page that can be given up: send it, or leave it. */
export function FormButtons({
  answer,
  pending,
  onCancel,
}: {
  answer: string;
  pending: boolean;
  onCancel: () => void;
}) {
  return (
    <div className="flex flex-wrap gap-2">
      <SubmitButton pending={pending}>{answer}</SubmitButton>
      <Button variant="ghost" onClick={onCancel}>
        Cancel
      </Button>
    </div>
  );
}
