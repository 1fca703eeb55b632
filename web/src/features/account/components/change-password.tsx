import { useState } from 'react';
import { faultOf } from '@/components/form/field';
import { PasswordField } from '@/components/form/password-field';
import { Refusal } from '@/components/form/refusal';
import { SubmitButton } from '@/components/form/submit-button';
import { useChangePassword } from '../api/account';

/** Asks for the present password and a new one. */
export function ChangePassword({ email }: { email: string }) {
  const [present, setPresent] = useState('');
  const [next, setNext] = useState('');
  const { mutate, isPending, isSuccess, error } = useChangePassword();
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        mutate(
          { current_password: present, password: next },
          {
            onSuccess: () => {
              setPresent('');
              setNext('');
            },
          },
        );
      }}
    >
      {/* Tells password managers whose password it is. */}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <PasswordField label="Present password" value={present} onChange={setPresent} />
      <PasswordField
        fresh
        label="New password"
        value={next}
        onChange={setNext}
        error={faultOf(error, 'password')}
      />
      <Refusal problem={error} fields={['password']} />
      <div className="flex flex-wrap items-center gap-3">
        <SubmitButton variant="outline" pending={isPending}>
          Change the password
        </SubmitButton>
        <p role="status" className="text-[0.8125rem] text-good">
          {isSuccess ? 'Changed. All other sessions have ended.' : ''}
        </p>
      </div>
    </form>
  );
}
