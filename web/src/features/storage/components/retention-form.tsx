import { useState } from 'react';
import { faultOf, Field, TextField } from '@/components/form/field';
import { Refusal } from '@/components/form/refusal';
import { SubmitButton } from '@/components/form/submit-button';
import type { Schema } from '@/lib/api/client';
import { useDryRun, type RetentionSetting } from '../api/storage';
import { RETENTION_FIELDS } from '../kinds';
import { RetentionDialog } from './retention-dialog';

/** `okta 730` on each line. */
const textOf = (sources: Readonly<Record<string, number>>) =>
  Object.entries(sources)
    .map(([source, days]) => `${source} ${days}`)
    .join('\n');

/** The sources of the text; null where a line is not a name and a number. */
function sourcesOf(text: string): Record<string, number> | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const read = lines.map((line) => /^\s*(.+?)\s+(\d{1,5})\s*$/.exec(line));
  if (read.some((match) => match === null)) return null;
  return Object.fromEntries(read.map((match) => [match![1], Number(match![2])]));
}

/** Asks for how long each kind is kept, and shows what a change would remove before it is made. */
export function RetentionForm({ setting }: { setting: RetentionSetting }) {
  const wished = setting.pending?.value ?? setting.value;
  const [days, setDays] = useState<Record<string, string>>(() =>
    Object.fromEntries(RETENTION_FIELDS.map(([field]) => [field, String(wished[field])])),
  );
  const [sources, setSources] = useState(() => textOf(wished.events_days_by_source));
  const { mutate, data, variables, isPending, error, reset } = useDryRun();
  const bySource = sourcesOf(sources);
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (bySource !== null) mutate(changeOf(wished, days, bySource));
      }}
    >
      <p className="text-[0.8125rem] text-pretty text-muted-foreground">
        In days; 0 keeps for ever. A longer time is in force immediately, a shorter one after a day.
      </p>
      <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {RETENTION_FIELDS.map(([field, name, since]) => (
          <TextField
            key={field}
            label={name}
            hint={`${since} Default: ${setting.defaults[field]}.`}
            inputMode="numeric"
            pattern="[0-9]{1,5}"
            required
            autoComplete="off"
            value={days[field]}
            onChange={(event) => setDays({ ...days, [field]: event.target.value })}
            error={faultOf(error, `value/${field}`)}
          />
        ))}
        <Field
          label="Events of some sources"
          hint="A source and its days on each line, such as okta 730."
          error={bySource === null ? 'Each line is a source and a number of days.' : undefined}
        >
          {(control) => (
            <textarea
              {...control}
              rows={3}
              spellCheck={false}
              className="w-full rounded-md border bg-background px-3 py-2 font-mono text-xs"
              value={sources}
              onChange={(event) => setSources(event.target.value)}
            />
          )}
        </Field>
      </div>
      <Refusal problem={error} fields={RETENTION_FIELDS.map(([field]) => `value/${field}`)} />
      <SubmitButton variant="outline" pending={isPending}>
        Check the change
      </SubmitButton>
      {data && variables && (
        <RetentionDialog revision={setting.revision} change={variables} dryRun={data} onClose={reset} />
      )}
    </form>
  );
}

/** Sources that are named no more lose their own time. */
function changeOf(
  wished: RetentionSetting['value'],
  days: Readonly<Record<string, string>>,
  bySource: Readonly<Record<string, number>>,
): Schema<'RetentionChange'> {
  const gone = Object.keys(wished.events_days_by_source).filter((source) => !(source in bySource));
  return {
    ...Object.fromEntries(RETENTION_FIELDS.map(([field]) => [field, Number(days[field])])),
    events_days_by_source: { ...bySource, ...Object.fromEntries(gone.map((source) => [source, null])) },
  };
}
