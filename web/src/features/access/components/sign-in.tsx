import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { TextField } from '@/components/form/field';
import { PasswordField } from '@/components/form/password-field';
import { Refusal } from '@/components/form/refusal';
import { SubmitButton } from '@/components/form/submit-button';
import { PlainPage } from '@/components/layout/plain-page';
import { ProblemCard } from '@/components/states/problem-card';
import { Skeleton } from '@/components/ui/skeleton';
import { authQuery, useSignIn } from '../api/sign-in';
import { CodeStep } from './code-step';
import { ProviderStep } from './provider-step';

/**
 * Asks who is there, in place of the page that was asked for: the address stays, so the page is there as soon as it is
 * known, with everything that the address says.
 */
export function SignIn({ ended }: { ended: boolean }) {
  const auth = useQuery(authQuery());
  const [step, setStep] = useState<'password' | 'code'>('password');
  if (step === 'code') return <CodeStep onBack={() => setStep('password')} />;
  if (auth.data?.setup_required) return <SetUpFirst />;
  return (
    <PlainPage
      title="Sign in"
      lead={ended && <span role="status">Your session has ended. Sign in to go on where you were.</span>}
    >
      {auth.isError ? (
        <ProblemCard
          plain
          problem={auth.error}
          what="how to sign in"
          onRetry={() => void auth.refetch()}
          retrying={auth.isFetching}
        />
      ) : auth.data ? (
        <div className="space-y-6">
          {auth.data.oidc && <ProviderStep name={auth.data.oidc.name} />}
          {auth.data.local && <PasswordStep onCode={() => setStep('code')} />}
        </div>
      ) : (
        <div role="status" aria-label="Loading" className="space-y-4">
          <Skeleton className="h-9 w-full" />
          <Skeleton className="h-9 w-full" />
          <Skeleton className="h-9 w-full" />
        </div>
      )}
    </PlainPage>
  );
}

function PasswordStep({ onCode }: { onCode: () => void }) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { mutate, isPending, error } = useSignIn();
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        mutate(
          { email: email.trim(), password },
          { onSuccess: ({ totp_required }) => totp_required && onCode() },
        );
      }}
    >
      <TextField
        label="E-mail address"
        inputMode="email"
        autoCapitalize="off"
        spellCheck={false}
        name="username"
        autoComplete="username"
        required
        maxLength={254}
        autoFocus
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <PasswordField
        value={password}
        onChange={setPassword}
        hint="Forgotten? An admin can give you a link with which you set a new one."
      />
      <Refusal problem={error} />
      <SubmitButton pending={isPending}>Sign in</SubmitButton>
    </form>
  );
}

function SetUpFirst() {
  return (
    <PlainPage title="Set up first">
      <p className="text-pretty">
        There is no admin yet. When the system started, it printed a link into its log with which the first
        admin sets a password; the address contains <code className="font-mono text-xs">/welcome#</code>.
      </p>
      <p className="text-pretty text-muted-foreground">
        It works once and for a day. Each start prints a new one until it has been used.
      </p>
    </PlainPage>
  );
}
