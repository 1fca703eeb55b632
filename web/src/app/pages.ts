import { LayoutDashboard, ScrollText, ShieldCheck, type LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';
import { paths } from '@/config/paths';
import { DashboardRoute } from './routes/dashboard';

/** A page of the dashboard. */
export interface Page {
  /** Its pattern for the router. */
  path: string;
  /** Its name in the navigation and in the title of the document. */
  title: string;
  /** Its sign in the navigation; a page without one is not in it. */
  icon?: LucideIcon;
  /** What it shows: there from the beginning, or in a file of its own that comes when the page is opened. */
  route: { Component: ComponentType } | { lazy: () => Promise<{ Component: ComponentType }> };
}

/** Every page, in the order of the navigation. What the tests look at in each stands in `web/test/page-states.spec.ts`. */
export const PAGES = {
  dashboard: {
    path: paths.dashboard.pattern,
    title: 'Dashboard',
    icon: LayoutDashboard,
    route: { Component: DashboardRoute },
  },
  events: {
    path: paths.events.pattern,
    title: 'Events',
    icon: ScrollText,
    route: { lazy: async () => ({ Component: (await import('./routes/events')).EventsRoute }) },
  },
  rules: {
    path: paths.rules.pattern,
    title: 'Rules',
    icon: ShieldCheck,
    route: { lazy: async () => ({ Component: (await import('./routes/rules')).RulesRoute }) },
  },
  rule: {
    path: paths.rule.pattern,
    title: 'Rule',
    route: { lazy: async () => ({ Component: (await import('./routes/rule')).RuleRoute }) },
  },
} satisfies Record<string, Page>;
