import { useState } from 'react';
import { CopyButton } from '@/components/copy-button';
import { CodeField } from '@/components/form/code-field';
import { faultOf } from '@/components/form/field';
import { FormButtons } from '@/components/form/form-buttons';
import { Refusal } from '@/components/form/refusal';
import type { Schema } from '@/lib/api/client';
import { useConfirmTotp } from '../api/account';
import { QrCode } from './qr-code';

/** Shows what the authenticator has to know, and asks for a first code as proof that it does. */
export function EnrolTotp({
  enrolment,
  onEnrolled,
  onCancel,
}: {
  enrolment: Schema<'TotpEnrolment'>;
  /** Called with the recovery codes, which cannot be shown again. */
  onEnrolled: (codes: readonly string[]) => void;
  onCancel: () => void;
}) {
  const [code, setCode] = useState('');
  const { mutate, isPending, error } = useConfirmTotp();
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        mutate(code.replace(/\s/g, ''), { onSuccess: ({ recovery_codes }) => onEnrolled(recovery_codes) });
      }}
    >
      <ol className="list-decimal space-y-3 pl-5">
        <li>
          <p className="mb-2">Scan this with an authenticator app, or type the secret into it.</p>
          <QrCode text={enrolment.uri} label="QR code with the secret for the authenticator app" />
          <div className="mt-2 flex flex-wrap items-center gap-1">
            <code aria-label="Secret" className="font-mono text-xs wrap-anywhere">
              {enrolment.secret.match(/.{1,4}/g)?.join(' ')}
            </code>
            <CopyButton iconOnly text={enrolment.secret} label="Copy the secret" />
          </div>
        </li>
        <li>
          <CodeField
            label="Enter the six digits that it shows"
            value={code}
            onChange={setCode}
            error={faultOf(error, 'code')}
          />
        </li>
      </ol>
      <Refusal problem={error} fields={['code']} />
      <FormButtons answer="Confirm" pending={isPending} onCancel={onCancel} />
    </form>
  );
}
