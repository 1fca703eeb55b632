import type { Schema } from '@/lib/api/client';

/** What a person may do, by name. */
export type Role = Schema<'Role'>;

/** Each role, its name and what it may do, in words. */
export const ROLES: readonly { role: Role; label: string; may: string }[] = [
  { role: 'viewer', label: 'Viewer', may: 'sees everything, changes nothing' },
  { role: 'analyst', label: 'Analyst', may: 'also scores, rates and tries rules' },
  { role: 'admin', label: 'Admin', may: 'may do everything, also rules and people' },
];

/** The name of a role as people read it. */
export function roleLabel(role: Role): string {
  return ROLES.find((each) => each.role === role)?.label ?? role;
}
