import { TextField } from './field';

/** The name of a person or a key, as the audit trail shows it. */
export function NameField({
  value,
  onChange,
  error,
  placeholder,
}: {
  value: string;
  onChange: (name: string) => void;
  error?: string;
  placeholder?: string;
}) {
  return (
    <TextField
      label="Name"
      placeholder={placeholder}
      autoComplete="off"
      required
      maxLength={200}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={error}
    />
  );
}
