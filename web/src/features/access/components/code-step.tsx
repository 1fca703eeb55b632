import { useState } from 'react';
import { CodeField } from '@/components/form/code-field';
import { Refusal } from '@/components/form/refusal';
import { SubmitButton } from '@/components/form/submit-button';
import { TextField } from '@/components/form/field';
import { PlainPage } from '@/components/layout/plain-page';
import { Button } from '@/components/ui/button';
import { useEnterCode } from '../api/sign-in';

/** The second step: what the authenticator shows, or one of the codes for the day on which it is lost. */
export function CodeStep({ onBack, onDone }: { onBack: () => void; onDone?: () => void }) {
  const [recovering, setRecovering] = useState(false);
  const [code, setCode] = useState('');
  const { mutate, isPending, error, reset } = useEnterCode();
  return (
    <PlainPage
      title="One more step"
      lead={
        recovering
          ? 'Enter one of the recovery codes that you kept. Each works once.'
          : 'Enter the six digits that your authenticator app shows for this system.'
      }
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          mutate(recovering ? { recovery_code: code.trim() } : { code: code.replace(/\s/g, '') }, {
            onSuccess: onDone,
          });
        }}
      >
        {recovering ? (
          <TextField
            key="recovery"
            label="Recovery code"
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            required
            maxLength={40}
            autoFocus
            value={code}
            onChange={(event) => setCode(event.target.value)}
            className="font-mono"
          />
        ) : (
          <CodeField key="code" label="Code" autoFocus value={code} onChange={setCode} />
        )}
        <Refusal problem={error} />
        <div className="flex flex-wrap items-center gap-2">
          <SubmitButton pending={isPending}>Continue</SubmitButton>
          <Button
            variant="ghost"
            onClick={() => {
              setRecovering(!recovering);
              setCode('');
              reset();
            }}
          >
            {recovering ? 'Use the authenticator' : 'Use a recovery code'}
          </Button>
        </div>
      </form>
      <Button variant="link" size="inline" className="text-[0.8125rem]" onClick={onBack}>
        Sign in as another person
      </Button>
    </PlainPage>
  );
}
