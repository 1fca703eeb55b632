import { Eye, EyeOff } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { Input } from '@/components/ui/input';
import { Field } from './field';

/** Fewest characters of a new password; the API refuses shorter ones. */
const MIN = 12;
/** Most characters that the API takes. */
const MAX = 200;

/** A password, hidden unless its owner wants to see it. Password managers are told which one it is. */
export function PasswordField({
  label = 'Password',
  fresh = false,
  value,
  onChange,
  error,
  hint,
}: {
  label?: string;
  /** A new password is chosen here, and not the present one asked for. */
  fresh?: boolean;
  value: string;
  onChange: (value: string) => void;
  error?: string;
  hint?: ReactNode;
}) {
  const [shown, setShown] = useState(false);
  return (
    <Field label={label} hint={fresh ? <Advice password={value} /> : hint} error={error}>
      {(control) => (
        <span className="relative block">
          <Input
            {...control}
            type={shown ? 'text' : 'password'}
            name={fresh ? 'new-password' : 'password'}
            autoComplete={fresh ? 'new-password' : 'current-password'}
            required
            minLength={fresh ? MIN : undefined}
            maxLength={MAX}
            autoCapitalize="off"
            spellCheck={false}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            className="pr-10"
          />
          <Button
            variant="ghost"
            size="icon-sm"
            aria-pressed={shown}
            aria-label={`Show: ${label.toLowerCase()}`}
            title={shown ? 'Hide' : 'Show'}
            className="absolute top-0.5 right-0.5 text-muted-foreground"
            onClick={() => setShown(!shown)}
          >
            {shown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
          </Button>
        </span>
      )}
    </Field>
  );
}

/** The rules for a new password, and how far what was typed is from them. */
function Advice({ password }: { password: string }) {
  return (
    <>
      {adviceFor(password)}
      <span aria-hidden className="mt-1.5 grid grid-cols-3 gap-1">
        {[MIN, 16, 20].map((length) => (
          <span
            key={length}
            className={`h-1 rounded-full ${[...password].length >= length ? 'bg-good-fill' : 'bg-border'}`}
          />
        ))}
      </span>
    </>
  );
}

/** What would make a password better. Length counts most; the API also refuses what is known to be common. */
export function adviceFor(password: string): string {
  const characters = [...password];
  if (characters.length === 0) {
    return `At least ${MIN} characters. Three or four words that do not belong together are easy to remember.`;
  }
  if (characters.length < MIN) return `${characters.length} of at least ${MIN} characters.`;
  if (new Set(password.toLowerCase()).size < 5) return 'It repeats too few characters.';
  if (characters.length < 16) return 'Long enough. A few more characters make it much harder to guess.';
  return 'Good length.';
}
