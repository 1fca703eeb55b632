import { useState } from 'react';
import { ConfirmDialog } from '@/components/confirm-dialog';
import { Button } from '@/components/ui/button';
import { Untrusted } from '@/components/untrusted';
import { revealInvisible } from '@/lib/untrusted-text';
import { useRevokeKey, type Key } from '../api/keys';

/** Asks before a key is revoked, for good. */
export function RevokeKey({ apiKey }: { apiKey: Key }) {
  const [asking, setAsking] = useState(false);
  const { mutate, isPending, error } = useRevokeKey(apiKey.id);
  const close = () => setAsking(false);
  if (apiKey.state === 'revoked') return null;
  return (
    <>
      <Button
        variant="outline"
        size="sm"
        aria-label={`Revoke ${revealInvisible(apiKey.name)}`}
        onClick={() => setAsking(true)}
      >
        Revoke
      </Button>
      <ConfirmDialog
        open={asking}
        title="Revoke this key?"
        answer="Revoke"
        pending={isPending}
        problem={error}
        said="The key was not revoked"
        onConfirm={() => mutate(undefined, { onSuccess: close })}
        onClose={close}
      >
        <Untrusted className="font-medium wrap-anywhere text-foreground">{apiKey.name}</Untrusted> is refused
        from the next second on. This cannot be undone: its program needs a new key.
      </ConfirmDialog>
    </>
  );
}
