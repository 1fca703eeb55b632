import { LayoutDashboard, ScrollText, ShieldCheck, type LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';
import { paths } from '@/config/paths';

/** A page of the dashboard. */
export interface Page {
  /** Its pattern for the router. */
  path: string;
  /** Its name in the navigation and in the title of the document. */
  title: string;
  /** Its sign in the navigation; a page without one is not in it. */
  icon?: LucideIcon;
  /** Loads what the page shows, when it is opened. */
  load: () => Promise<ComponentType>;
  /** The states that a user can meet; the tests look at each (`web/test/look-at-states.ts`), wide and narrow. */
  states: readonly PageState[];
}

/** A state of a page, as the tests reach it. */
export interface PageState {
  /** One name among all pages: of the test, and of the picture that PAGE_SHOTS=1 takes. */
  name: string;
  /** The address that is opened. */
  at: string;
  /** How the fixture API behaves, `full` unless stated; the behaviours are described in `web/dev/fixture-api.ts`. */
  scenario?: 'full' | 'empty' | 'quiet' | 'failing' | 'silent' | 'stuck';
  /** A text or a label on the page, by which the state is recognised. */
  shows: string;
  /** The state covers the page (details, a menu, a question), so only what is in view is pictured. */
  covers?: true;
  /** Seen most: checked for accessibility both wide and narrow, and fits into the narrowest window. */
  main?: true;
}

/** Every page, in the order of the navigation. */
export const PAGES = {
  dashboard: {
    path: paths.dashboard.pattern,
    title: 'Dashboard',
    icon: LayoutDashboard,
    load: async () => (await import('./routes/dashboard')).DashboardRoute,
    states: [
      { name: 'full', at: '/', shows: 'of 138 findings', main: true },
      { name: 'empty', at: '/', scenario: 'empty', shows: 'Push an event' },
      { name: 'no-findings', at: '/', scenario: 'quiet', shows: 'checked; no rule' },
      { name: 'failing', at: '/', scenario: 'failing', shows: 'Could not load the findings' },
      { name: 'stuck', at: '/', scenario: 'stuck', shows: 'No further events are taken.' },
      { name: 'loading', at: '/', scenario: 'silent', shows: 'Loading findings' },
      { name: 'no-match', at: '/?user=nobody&severity=high', shows: 'No findings match these filters' },
      { name: 'figures-as-tables', at: '/', shows: 'of 138 findings' },
      { name: 'details-event', at: '/?finding=138', shows: 'Evidence (1)', covers: true, main: true },
      { name: 'details-threshold', at: '/?severity=high', shows: 'Too many failed logins', covers: true },
      { name: 'details-missing', at: '/?finding=999999', shows: 'There is no finding', covers: true },
      { name: 'filter-severity', at: '/', shows: 'of 138 findings', covers: true },
      { name: 'filter-days', at: '/?from=2026-11-02&to=2026-11-09', shows: 'Raised', covers: true },
      { name: 'score-missing', at: '/', shows: 'of 138 findings', covers: true },
    ],
  },
  events: {
    path: paths.events.pattern,
    title: 'Events',
    icon: ScrollText,
    load: async () => (await import('./routes/events')).EventsRoute,
    states: [
      { name: 'events', at: '/events', shows: 'login_failed', main: true },
      { name: 'events-details', at: '/events?event=1', shows: 'Copy JSON', covers: true },
      { name: 'events-empty', at: '/events', scenario: 'empty', shows: 'Push an event' },
      { name: 'events-failing', at: '/events', scenario: 'failing', shows: 'Could not load the events' },
    ],
  },
  rules: {
    path: paths.rules.pattern,
    title: 'Rules',
    icon: ShieldCheck,
    load: async () => (await import('./routes/rules')).RulesRoute,
    states: [
      { name: 'rules', at: '/rules', shows: 'Storage bucket is public', main: true },
      { name: 'rules-reloaded', at: '/rules', shows: 'Storage bucket is public' },
      { name: 'rules-empty', at: '/rules', scenario: 'empty', shows: 'No rules are in force' },
      { name: 'rules-failing', at: '/rules', scenario: 'failing', shows: 'Could not load the rules' },
      { name: 'rules-loading', at: '/rules', scenario: 'silent', shows: 'Loading rules' },
      { name: 'rules-no-match', at: '/rules?q=nothing', shows: 'No rules match' },
    ],
  },
  rule: {
    path: paths.rule.pattern,
    title: 'Rule',
    load: async () => (await import('./routes/rule')).RuleRoute,
    states: [
      { name: 'rule', at: '/rules/public_bucket_detected', shows: 'Try it', main: true },
      { name: 'rule-disable', at: '/rules/too_many_failed_logins', shows: 'Try it', covers: true },
      { name: 'rule-faulty-text', at: '/rules/public_bucket_detected', shows: 'Try it' },
      { name: 'rule-missing', at: '/rules/none', shows: 'There is no rule' },
      { name: 'rule-failing', at: '/rules/none', scenario: 'failing', shows: 'Could not load the rule' },
      { name: 'rule-loading', at: '/rules/none', scenario: 'silent', shows: 'Loading the rule' },
    ],
  },
} as const satisfies Record<string, Page>;
