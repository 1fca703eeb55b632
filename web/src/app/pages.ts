import { LayoutDashboard, ScrollText, ShieldCheck } from 'lucide-react';
import { paths } from '@/config/paths';
import { ACCESS_PAGES } from './access-pages';
import type { Page } from './page';

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
      { name: 'no-match', at: '/?user=unknown&severity=high', shows: 'No findings match these filters' },
      { name: 'figures-as-tables', at: '/', shows: 'of 138 findings' },
      { name: 'details-event', at: '/?finding=138', shows: 'Evidence (1)', covers: true, main: true },
      { name: 'details-threshold', at: '/?severity=high', shows: 'Too many failed logins', covers: true },
      { name: 'details-viewer', at: '/?finding=135', as: 'viewer', shows: 'Evidence (', covers: true },
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
      {
        name: 'events-no-match',
        at: '/events?q=nothing+of+this+kind',
        shows: 'No events match these filters',
      },
      { name: 'events-faulty-query', at: '/events?q=ip%3A', shows: 'a value has to follow' },
      { name: 'events-searched-back', at: '/events?q=slow', shows: 'Searched back to' },
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
      { name: 'rule-viewer', at: '/rules/public_bucket_detected', as: 'viewer', shows: 'Copy text' },
      { name: 'rule-missing', at: '/rules/none', shows: 'There is no rule' },
      { name: 'rule-failing', at: '/rules/none', scenario: 'failing', shows: 'Could not load the rule' },
      { name: 'rule-loading', at: '/rules/none', scenario: 'silent', shows: 'Loading the rule' },
    ],
  },
  ...ACCESS_PAGES,
} as const satisfies Record<string, Page>;
