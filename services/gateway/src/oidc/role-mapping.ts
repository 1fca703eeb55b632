import { type Role, ROLES } from '@mcm/contracts';

/** A role, or none. */
export const ROLE_CHOICES = ['none', ...ROLES] as const;
export type RoleChoice = (typeof ROLE_CHOICES)[number];

/** Most values of a claim that are looked at. */
const VALUES_MAX = 1000;

/**
 * Reads entries such as `security-team=admin`. The role is behind the last equals sign; `%2C` and other percent-encodings
 * before it stand for what a list in an environment variable cannot hold.
 */
export function parseRoleMapping(
  entries: readonly string[],
): { roles: ReadonlyMap<string, Role> } | { fault: string } {
  const roles = new Map<string, Role>();
  for (const entry of entries) {
    const at = entry.lastIndexOf('=');
    const role = ROLES.find((each) => each === entry.slice(at + 1).trim());
    const value = decoded(entry.slice(0, Math.max(at, 0)).trim());
    if (role === undefined || !value) {
      return {
        fault: `must be a list such as security-team=admin,staff=viewer; roles are ${ROLES.join(', ')}`,
      };
    }
    if (roles.has(value)) return { fault: 'must name each value once' };
    roles.set(value, role);
  }
  return { roles };
}

/** The highest role that a person has by a claim; null when the claim gives none. */
export function roleOf(
  claims: Readonly<Record<string, unknown>>,
  claim: string,
  roles: ReadonlyMap<string, Role>,
): Role | null {
  const found = claimValues(claims, claim).map((value) => roles.get(value));
  return ROLES.findLast((role) => found.includes(role)) ?? null;
}

/** Whether claims contain one of this name or path. */
export function hasClaim(claims: Readonly<Record<string, unknown>>, claim: string): boolean {
  return claimAt(claims, claim) !== undefined;
}

/** The texts of a claim, which may be one text or a list. */
function claimValues(claims: Readonly<Record<string, unknown>>, claim: string): string[] {
  const value = claimAt(claims, claim);
  const values: unknown[] = Array.isArray(value) ? value.slice(0, VALUES_MAX) : [value];
  return values.filter((each) => typeof each === 'string');
}

/** A claim by its name, which may contain dots, or by its path. */
function claimAt(claims: Readonly<Record<string, unknown>>, claim: string): unknown {
  if (Object.hasOwn(claims, claim)) return claims[claim];
  let value: unknown = claims;
  for (const name of claim.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
