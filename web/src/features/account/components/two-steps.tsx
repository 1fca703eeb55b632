import { ShieldCheck, Smartphone } from 'lucide-react';
import type { UseMutationResult } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { FormButtons } from '@/components/form/form-buttons';
import { PasswordField } from '@/components/form/password-field';
import { Refusal } from '@/components/form/refusal';
import { Button } from '@/components/ui/button';
import type { ApiProblem } from '@/lib/api/problem';
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
      <WithPassword
        begin={
          <>
            <Smartphone aria-hidden />
            Set up an authenticator
          </>
        }
        answer="Continue"
        hint="So that only you can set it up."
        asked={start}
      />
    </div>
  );
}

function Enrolled({ codesLeft }: { codesLeft: number }) {
  const remove = useRemoveTotp();
  return (
    <div className="space-y-3">
      <p className="flex gap-2">
        <ShieldCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />
        <span>
          On. {countOf(codesLeft, 'recovery code')} left
          {codesLeft < 3 ? ': to get new ones, remove the authenticator and set it up again.' : '.'}
        </span>
      </p>
      <WithPassword
        begin="Remove the authenticator"
        answer="Remove"
        hint="From then on the password alone signs you in. All other sessions end."
        asked={remove}
      />
    </div>
  );
}

/** A button behind which the password is asked for: an open session alone is not proof enough. */
function WithPassword({
  begin,
  answer,
  hint,
  asked,
}: {
  begin: ReactNode;
  answer: string;
  hint: string;
  asked: Pick<UseMutationResult<unknown, ApiProblem, string>, 'mutate' | 'isPending' | 'error' | 'reset'>;
}) {
  const [asking, setAsking] = useState(false);
  const [password, setPassword] = useState('');
  if (!asking) {
    return (
      <Button variant="outline" onClick={() => setAsking(true)}>
        {begin}
      </Button>
    );
  }
  return (
    <form
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        asked.mutate(password);
      }}
    >
      <PasswordField label="Password" value={password} onChange={setPassword} hint={hint} />
      <Refusal problem={asked.error} />
      <FormButtons
        answer={answer}
        pending={asked.isPending}
        onCancel={() => {
          setAsking(false);
          setPassword('');
          asked.reset();
        }}
      />
    </form>
  );
}
