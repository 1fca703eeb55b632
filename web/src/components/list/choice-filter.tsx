import { NativeSelect } from '@/components/ui/native-select';
import { cn } from '@/lib/class-names';

/** A filter by one of a few values. */
export function ChoiceFilter<Value extends string>({
  label,
  any,
  value,
  choices,
  onChange,
  className,
}: {
  label: string;
  /** The choice that filters nothing; without one, a value is always chosen. */
  any?: string;
  /** Empty or null means any. */
  value: Value | null;
  choices: readonly (readonly [value: Value, label: string])[];
  onChange: (value: Value | null) => void;
  className?: string;
}) {
  return (
    <NativeSelect
      aria-label={label}
      value={value ?? ''}
      onChange={({ target }) => onChange(choices.find(([choice]) => choice === target.value)?.[0] ?? null)}
      className={cn('h-9 max-sm:w-full', className)}
    >
      {any !== undefined && <option value="">{any}</option>}
      {choices.map(([choice, name]) => (
        <option key={choice} value={choice}>
          {name}
        </option>
      ))}
    </NativeSelect>
  );
}
