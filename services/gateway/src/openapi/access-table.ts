import { PERMISSIONS, type Permission, ROLE_PERMISSIONS, ROLES } from '@mcm/contracts';
import type { Access } from '@mcm/platform';
import type { OpenAPIObject } from '@nestjs/swagger';

/** Kinds of callers in `AUTH_MODE=local`, each a column of the table. */
export const CALLERS = [
  'anonymous',
  'disabled person',
  ...ROLES,
  ...PERMISSIONS.map((scope) => `key ${scope}` as const),
  'key for another source',
  'expired key',
  'revoked key',
] as const;
export type CallerKind = (typeof CALLERS)[number];

/** `proof`: only where the vendor's own signature or secret is right. */
export type Outcome = 'yes' | '401' | '403' | 'proof';

/** The route that vendors call who cannot send a key. */
export const VENDOR_ROUTE = 'POST /sources/{source}';
const INTAKE_ROUTES: readonly string[] = ['POST /events', VENDOR_ROUTE];

/** Routes of the interactive page, which are not in the OpenAPI document. */
const PAGE_ROUTES = [
  'GET /docs',
  'GET /docs/favicon-32x32.png',
  'GET /docs/start.js',
  'GET /docs/swagger-ui-bundle.js',
  'GET /docs/swagger-ui.css',
  'GET /openapi.json',
];

/** What each route asks for: `METHOD /path` as in the OpenAPI document, sorted by path. */
export function accessOfRoutes({ paths }: OpenAPIObject): Map<string, Access> {
  const rows: [string, Access][] = PAGE_ROUTES.map((route) => [route, 'signed-in']);
  for (const [path, item] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const access = (operation as Record<string, unknown>)['x-permission'];
      rows.push([`${method.toUpperCase()} ${path}`, access as Access]);
    }
  }
  const byPath = (route: string) => route.split(' ').reverse().join(' ');
  return new Map(rows.sort(([a], [b]) => (byPath(a) < byPath(b) ? -1 : 1)));
}

/** What a caller gets of a route. */
export function outcomeOf(route: string, access: Access, caller: CallerKind): Outcome {
  if (caller === 'expired key' || caller === 'revoked key') return '401';
  if (caller === 'key for another source' && INTAKE_ROUTES.includes(route)) return '403';
  const permissions = permissionsOf(caller);
  if (route === VENDOR_ROUTE) {
    return permissions === null ? 'proof' : permissions.includes('events:write') ? 'yes' : '403';
  }
  if (access === 'public') return 'yes';
  if (permissions === null) return '401';
  return access === 'signed-in' || permissions.includes(access) ? 'yes' : '403';
}

function permissionsOf(caller: CallerKind): readonly Permission[] | null {
  if (caller === 'anonymous' || caller === 'disabled person') return null;
  if (caller === 'key for another source') return ['events:write'];
  const role = ROLES.find((each) => each === caller);
  return role === undefined
    ? PERMISSIONS.filter((scope) => caller === `key ${scope}`)
    : ROLE_PERMISSIONS[role];
}

/** The table as Markdown. */
export function accessTable(document: OpenAPIObject): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const rows = [...accessOfRoutes(document)].map(([route, access]) =>
    line([`\`${route}\``, access, ...CALLERS.map((caller) => outcomeOf(route, access, caller))]),
  );
  return [
    '# What each caller gets of each route\n\n',
    'In `AUTH_MODE=local`. `yes`: the route is open to the caller. `proof`: only where the vendor proves itself. Generated from\n',
    'the OpenAPI document by `npm run generate`; `src/access/access-table.int.spec.ts` asks a gateway for every cell.\n\n',
    '<!-- prettier-ignore -->\n',
    line(['route', 'asks for', ...CALLERS]),
    line(['route', 'asks for', ...CALLERS].map(() => '---')),
    ...rows,
  ].join('');
}
