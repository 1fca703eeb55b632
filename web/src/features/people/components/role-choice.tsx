import { useId } from 'react';
import { ROLES, type Role } from '@/lib/access/roles';

/** One of the roles, with what each may do. */
export function RoleChoice({ value, onChange }: { value: Role; onChange: (role: Role) => void }) {
  const name = useId();
  return (
    <fieldset className="space-y-1.5">
      <legend className="mb-1 text-[0.8125rem] font-medium">Role</legend>
      {ROLES.map(({ role, label, may }) => (
        <label key={role} className="flex min-h-6 items-baseline gap-2 text-sm">
          <input
            type="radio"
            name={name}
            value={role}
            checked={value === role}
            onChange={() => onChange(role)}
            className="size-3.5 accent-primary"
          />
          <span>
            <span className="font-medium">{label}</span> <span className="text-muted-foreground">{may}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
