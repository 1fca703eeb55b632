import { z } from 'zod';

/** What a principal may do. Each route asks for exactly one of these. */
export const PERMISSIONS = ['events:write', 'read', 'triage', 'rules:write', 'settings', 'admin'] as const;
export const Permission = z.enum(PERMISSIONS).meta({ id: 'Permission' });
export type Permission = z.infer<typeof Permission>;

/** The roles that a person can have. */
export const ROLES = ['viewer', 'analyst', 'admin'] as const;
export const Role = z.enum(ROLES).meta({ id: 'Role' });
export type Role = z.infer<typeof Role>;

/** What each role may do: the whole table, what is not in it is refused. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ['read'],
  analyst: ['read', 'triage'],
  admin: PERMISSIONS,
};

/**
 * How callers are known: `open`, each is the local operator; `local`, people have passwords here; `oidc`, they sign in
 * with the company's provider.
 */
export const AUTH_MODES = ['open', 'local', 'oidc'] as const;
export type AuthMode = (typeof AUTH_MODES)[number];

/**
 * Who did something in the product: a `person` who signed in, an API `key`, the `operator` of an installation without
 * sign-in, or the `system` itself.
 */
export const Actor = z
  .object({
    type: z.enum(['person', 'key', 'operator', 'system']),
    id: z
      .string()
      .describe('Id of the person or key; `local` for the operator; the name of the service for the system.'),
    name: z.string().describe('The name at that time.'),
  })
  .meta({ id: 'Actor', description: 'Who did something in the product.' });
export type Actor = z.infer<typeof Actor>;

/** The actor of an installation in open mode. */
export const LOCAL_OPERATOR: Actor = { type: 'operator', id: 'local', name: 'Local operator' };
