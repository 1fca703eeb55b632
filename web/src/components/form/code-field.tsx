import { TextField } from './field';

/** The six digits that an authenticator shows, which people write with a blank in the middle. */
export function CodeField({
  label,
  autoFocus,
  value,
  onChange,
  error,
}: {
  label: string;
  autoFocus?: boolean;
  value: string;
  onChange: (code: string) => void;
  error?: string;
}) {
  return (
    <TextField
      label={label}
      name="one-time-code"
      autoComplete="one-time-code"
      inputMode="numeric"
      pattern="\s*(\d\s*){6}"
      title="Six digits"
      required
      maxLength={12}
      autoFocus={autoFocus}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={error}
      className="max-w-40 font-mono tracking-[0.2em]"
    />
  );
}
