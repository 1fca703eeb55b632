import { LoaderCircle } from 'lucide-react';
import type { ComponentProps } from 'react';
import { Button } from '@/components/ui/button';

/** Sends a form, once. */
export function SubmitButton({
  pending,
  children,
  ...props
}: { pending: boolean } & Omit<ComponentProps<typeof Button>, 'type' | 'disabled'>) {
  return (
    <Button type="submit" disabled={pending} {...props}>
      {pending && <LoaderCircle aria-hidden className="animate-spin" />}
      {children}
    </Button>
  );
}
