import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import { faultOf, TextField } from '@/components/form/field';
import { PasswordField } from '@/components/form/password-field';
import { Refusal } from '@/components/form/refusal';
import { SubmitButton } from '@/components/form/submit-button';
import { PlainPage } from '@/components/layout/plain-page';
import { Moment } from '@/components/moment';
import { ProblemCard } from '@/components/states/problem-card';
import { Button } from '@/components/ui/button';
import { Skeleton } from '@/components/ui/skeleton';
import { Untrusted } from '@/components/untrusted';
import { linkQuery, useSetPassword, type OneTimeLink } from '../api/sign-in';
import { CodeStep } from './code-step';

const SAID: Record<OneTimeLink['kind'], { title: string; lead: string; answer: string }> = {
  setup: {
    title: 'Set up the first admin',
    lead: 'This account may do everything, also invite others.',
    answer: 'Create the account',
  },
  invite: { title: 'Welcome', lead: 'Choose a password to join.', answer: 'Join' },
  reset: {
    title: 'Set a new password',
    lead: 'All your sessions end when you do.',
    answer: 'Set the password',
  },
};

/** Where a one-time link leads: to the first account, an invitation, or a new password. */
export function Welcome() {
  const token = useTokenOfLink();
  if (token === '') {
    return (
      <PlainPage title="Open your link again">
        <p className="text-pretty">
          This page needs the whole link that you were given. Open it again, or paste it into the address.
        </p>
        <ToSignIn />
      </PlainPage>
    );
  }
  return <WithLink key={token} token={token} />;
}

function WithLink({ token }: { token: string }) {
  const link = useQuery(linkQuery(token));
  const [codeMissing, setCodeMissing] = useState(false);
  const navigate = useNavigate();
  if (codeMissing) return <CodeStep onBack={() => void navigate('/')} onDone={() => void navigate('/')} />;
  if (link.data) {
    return (
      <SetPassword
        token={token}
        link={link.data}
        onDone={(next) => (next === 'code' ? setCodeMissing(true) : void navigate('/', { replace: true }))}
      />
    );
  }
  if (link.isError && link.error.status === 404) {
    return (
      <PlainPage title="This link does not work">
        <p className="text-pretty">
          It was used before, has expired, or a newer one has taken its place. Ask an admin for another one.
        </p>
        <ToSignIn />
      </PlainPage>
    );
  }
  return (
    <PlainPage title="Welcome">
      {link.isError ? (
        <ProblemCard
          plain
          problem={link.error}
          what="what the link is for"
          onRetry={() => void link.refetch()}
          retrying={link.isFetching}
        />
      ) : (
        <div role="status" aria-label="Loading" className="space-y-4">
          <Skeleton className="h-9 w-full" />
          <Skeleton className="h-9 w-full" />
        </div>
      )}
    </PlainPage>
  );
}

function SetPassword({
  token,
  link,
  onDone,
}: {
  token: string;
  link: OneTimeLink;
  onDone: (next: 'code' | 'in') => void;
}) {
  const [name, setName] = useState(link.name ?? '');
  const [email, setEmail] = useState(link.email ?? '');
  const [password, setPassword] = useState('');
  const { mutate, isPending, error } = useSetPassword();
  const { title, lead, answer } = SAID[link.kind];
  const first = link.kind === 'setup';
  return (
    <PlainPage
      title={title}
      lead={
        <>
          {lead} The link works until <Moment exact iso={link.expires_at} />.
        </>
      }
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          mutate(
            {
              token,
              password,
              ...(link.kind === 'reset' ? {} : { name: name.trim() }),
              ...(first ? { email: email.trim() } : {}),
            },
            { onSuccess: ({ totp_required }) => onDone(totp_required ? 'code' : 'in') },
          );
        }}
      >
        {link.kind === 'reset' ? (
          <p>
            For <Untrusted className="font-medium wrap-anywhere">{link.name ?? ''}</Untrusted>
          </p>
        ) : (
          <TextField
            label="Your name"
            autoComplete="name"
            required
            maxLength={200}
            autoFocus
            value={name}
            onChange={(event) => setName(event.target.value)}
            error={faultOf(error, 'name')}
          />
        )}
        <TextField
          label="E-mail address"
          // Password managers keep it beside the new password.
          autoComplete="username"
          name="username"
          inputMode="email"
          autoCapitalize="off"
          spellCheck={false}
          required
          maxLength={254}
          readOnly={!first}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          hint={first ? 'You sign in with it. No mail is sent.' : undefined}
          error={faultOf(error, 'email')}
        />
        <PasswordField
          fresh
          label="New password"
          value={password}
          onChange={setPassword}
          error={faultOf(error, 'password')}
        />
        <Refusal problem={error} fields={['name', 'email', 'password']} />
        <SubmitButton pending={isPending}>{answer}</SubmitButton>
      </form>
    </PlainPage>
  );
}

/** What follows the hash sign of the address. It is taken out of the address and of the history as soon as it is read. */
function useTokenOfLink(): string {
  const { hash } = useLocation();
  const navigate = useNavigate();
  const [token, setToken] = useState('');
  if (hash.length > 1 && hash.slice(1) !== token) setToken(hash.slice(1));
  useEffect(() => {
    if (hash !== '') void navigate({ hash: '' }, { replace: true });
  }, [hash, navigate]);
  return token;
}

function ToSignIn() {
  return (
    <Button asChild variant="outline">
      <Link to="/">Go to sign in</Link>
    </Button>
  );
}
