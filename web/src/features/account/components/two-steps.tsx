import { ShieldCheck, Smartphone } from 'lucide-react';
import { useState } from 'react';
import { PasswordField } from '@/components/form/password-field';
import { Refusal } from '@/components/form/refusal';
import { SubmitButton } from '@/components/form/submit-button';
import { Button } from '@/components/ui/button';
import { countOf } from '@/lib/numbers';
import { useRemoveTotp, useStartTotp } from '../api/account';
import { EnrolTotp } from './enrol-totp';
import { RecoveryCodes } from './recovery-codes';

/** Whether a code is asked for beside the password, and how to change that. */
export function TwoSteps({ enabled, codesLeft }: { enabled: boolean; codesLeft: number }) {
  const start = useStartTotp();
  const [codes, setCodes] = useState<readonly string[]>();
  if (codes !== undefined) return <RecoveryCodes codes={codes} onKept={() => setCodes(undefined)} />;
  if (enabled) return <Enrolled codesLeft={codesLeft} />;
  if (start.data) {
    return (
      <EnrolTotp
        enrolment={start.data}
        onEnrolled={(next) => {
          setCodes(next);
          start.reset();
        }}
        onCancel={start.reset}
      />
    );
  }
  return (
    <div className="space-y-3">
      <p className="text-pretty text-muted-foreground">
        With an authenticator app, a stolen password alone is worth nothing: a code from your phone is asked
        for, too.
      </p>
      <Refusal problem={start.error} />
      <Button variant="outline" disabled={start.isPending} onClick={() => start.mutate()}>
        <Smartphone aria-hidden />
        Set up an authenticator
      </Button>
    </div>
  );
}

function Enrolled({ codesLeft }: { codesLeft: number }) {
  const [removing, setRemoving] = useState(false);
  return (
    <div className="space-y-3">
      <p className="flex gap-2">
        <ShieldCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />
        <span>
          On. {countOf(codesLeft, 'recovery code')} left
          {codesLeft < 3 ? ': to get new ones, remove the authenticator and set it up again.' : '.'}
        </span>
      </p>
      {removing ? (
        <RemoveTotp onCancel={() => setRemoving(false)} />
      ) : (
        <Button variant="outline" onClick={() => setRemoving(true)}>
          Remove the authenticator
        </Button>
      )}
    </div>
  );
}

function RemoveTotp({ onCancel }: { onCancel: () => void }) {
  const [password, setPassword] = useState('');
  const { mutate, isPending, error } = useRemoveTotp();
  return (
    <form
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        mutate(password);
      }}
    >
      <PasswordField
        label="Password"
        value={password}
        onChange={setPassword}
        hint="From then on the password alone signs you in. All other sessions end."
      />
      <Refusal problem={error} />
      <div className="flex flex-wrap gap-2">
        <SubmitButton pending={isPending}>Remove</SubmitButton>
        <Button variant="ghost" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
