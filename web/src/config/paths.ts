/** Every page: its pattern for the router, and how to link to it. */
export const paths = {
  dashboard: {
    pattern: '/',
    href: (filter: { rule?: string } = {}) =>
      filter.rule ? `/?${new URLSearchParams({ rule: filter.rule }).toString()}` : '/',
  },
  events: {
    pattern: '/events',
    href: (filter: { user?: string; event_type?: string } = {}) => {
      const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value)).toString();
      return query ? `/events?${query}` : '/events';
    },
  },
  rules: { pattern: '/rules', href: () => '/rules' },
  rule: {
    pattern: '/rules/:id',
    /** By id or by name. */
    href: (id: string) => `/rules/${encodeURIComponent(id)}`,
  },
  account: { pattern: '/settings/account', href: () => '/settings/account' },
  sessions: { pattern: '/settings/sessions', href: () => '/settings/sessions' },
  people: { pattern: '/settings/people', href: () => '/settings/people' },
  keys: { pattern: '/settings/keys', href: () => '/settings/keys' },
  storage: { pattern: '/settings/storage', href: () => '/settings/storage' },
  audit: { pattern: '/settings/audit', href: () => '/settings/audit' },
  /** One-time links lead there; what follows the hash sign is their token. */
  welcome: { pattern: '/welcome', href: () => '/welcome' },
} as const;
