/** Every page: its pattern for the router, and how to link to it. */
export const paths = {
  dashboard: { pattern: '/', href: () => '/' },
  events: {
    pattern: '/events',
    href: (filter: { user?: string; event_type?: string } = {}) => {
      const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value)).toString();
      return query ? `/events?${query}` : '/events';
    },
  },
} as const;
