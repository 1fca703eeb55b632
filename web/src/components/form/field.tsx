import { useId, type ComponentProps, type ReactNode } from 'react';
import { Input } from '@/components/ui/input';
import type { ApiProblem } from '@/lib/api/problem';

/** What a field gives to the element in it. */
export interface FieldControl {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean;
}

/** A labelled place to fill in, with a hint and what the API says is wrong with it. */
export function Field({
  label,
  hint,
  error,
  children,
}: {
  label: ReactNode;
  hint?: ReactNode;
  /** What is wrong with what was filled in. */
  error?: string;
  children: (control: FieldControl) => ReactNode;
}) {
  const id = useId();
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="text-[0.8125rem] font-medium">
        {label}
      </label>
      {children({
        id,
        'aria-describedby': describedBy || undefined,
        'aria-invalid': error !== undefined,
      })}
      {hint ? (
        <div id={`${id}-hint`} className="text-xs text-pretty text-muted-foreground">
          {hint}
        </div>
      ) : null}
      {error === undefined ? null : (
        <p id={`${id}-error`} role="alert" className="text-xs text-pretty text-critical">
          {error}
        </p>
      )}
    </div>
  );
}

/** A {@link Field} with a line of text. */
export function TextField({
  label,
  hint,
  error,
  ...props
}: Pick<ComponentProps<typeof Field>, 'label' | 'hint' | 'error'> & Omit<ComponentProps<'input'>, 'id'>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => <Input {...props} {...control} />}
    </Field>
  );
}

/** What the API says is wrong with one field of what was sent; undefined when it says nothing about it. */
export function faultOf(problem: ApiProblem | null, field: string): string | undefined {
  const fault = problem?.errors.find(({ pointer }) => pointer?.replace(/^[#/]+/, '') === field);
  return fault && `${fault.detail.charAt(0).toUpperCase()}${fault.detail.slice(1)}.`.replace('..', '.');
}
