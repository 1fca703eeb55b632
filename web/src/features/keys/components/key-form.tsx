import { useState } from 'react';
import { DialogButtons } from '@/components/form/dialog-buttons';
import { faultOf, Field, TextField } from '@/components/form/field';
import { NameField } from '@/components/form/name-field';
import { Refusal } from '@/components/form/refusal';
import { AlertDialogDescription, AlertDialogTitle } from '@/components/ui/alert-dialog';
import { Checkbox } from '@/components/ui/checkbox';
import { NativeSelect } from '@/components/ui/native-select';
import { useMe, type Permission } from '@/lib/access/session';
import { useCreateKey, type NewKey } from '../api/keys';
import { SCOPES } from '../keys-view';

const LIVES = [
  [30, '30 days'],
  [90, '90 days'],
  [365, '1 year'],
  [730, '2 years'],
] as const;

/** Asks what a key is for, what it may do, and for how long. */
export function KeyForm({ onMade }: { onMade: (made: NewKey) => void }) {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Permission[]>(['events:write']);
  const [sources, setSources] = useState('');
  const [days, setDays] = useState<number>(365);
  const { mutate, isPending, error } = useCreateKey();
  // A key cannot have what its maker has not.
  const own = useMe()?.permissions ?? [];
  const sends = scopes.includes('events:write');
  const named = sources.split(/[\s,]+/).filter((source) => source !== '');
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        mutate(
          {
            name: name.trim(),
            scopes: [...scopes],
            allowed_sources: sends && named.length > 0 ? named : null,
            expires_in_days: days,
          },
          { onSuccess: onMade },
        );
      }}
    >
      <AlertDialogTitle>Make a key</AlertDialogTitle>
      <AlertDialogDescription>For one program, so that it can be revoked alone.</AlertDialogDescription>
      <NameField
        placeholder="What is it for?"
        value={name}
        onChange={setName}
        error={faultOf(error, 'name')}
      />
      <fieldset className="space-y-1.5">
        <legend className="mb-1 text-[0.8125rem] font-medium">What it may do</legend>
        {SCOPES.filter(({ scope }) => own.includes(scope)).map(({ scope, may }) => (
          <label key={scope} className="flex min-h-6 items-center gap-2 text-sm">
            <Checkbox
              checked={scopes.includes(scope)}
              onCheckedChange={(checked) =>
                setScopes(checked === true ? [...scopes, scope] : scopes.filter((each) => each !== scope))
              }
            />
            <span>
              <code className="font-mono text-xs">{scope}</code>{' '}
              <span className="text-muted-foreground">{may}</span>
            </span>
          </label>
        ))}
        {faultOf(error, 'scopes') && <p className="text-xs text-critical">{faultOf(error, 'scopes')}</p>}
      </fieldset>
      {sends && (
        <TextField
          label="Sources that it may send for"
          placeholder="All"
          hint="Names of sources with commas between them, such as github, okta. Empty: all."
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          value={sources}
          onChange={(event) => setSources(event.target.value)}
          error={faultOf(error, 'allowed_sources')}
        />
      )}
      <Field label="Expires after">
        {(control) => (
          <NativeSelect {...control} value={days} onChange={(event) => setDays(Number(event.target.value))}>
            {LIVES.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </NativeSelect>
        )}
      </Field>
      <Refusal problem={error} fields={['name', 'scopes', 'allowed_sources']} />
      <DialogButtons answer="Make the key" pending={isPending || scopes.length === 0} />
    </form>
  );
}
