import { CircleUserRound, FileClock, HardDrive, KeyRound, MonitorSmartphone, Users } from 'lucide-react';
import { paths } from '@/config/paths';
import type { Me } from '@/lib/access/session';
import type { Page } from './page';

const isPerson = ({ account }: Me) => account !== null;
/** In open mode there is nothing to manage: each caller is the operator. */
const managesAccess = ({ mode, permissions }: Me) => mode !== 'open' && permissions.includes('admin');

/** The pages about who may do what, in the order of the menu. */
export const ACCESS_PAGES = {
  account: {
    path: paths.account.pattern,
    title: 'Account',
    icon: CircleUserRound,
    area: 'settings',
    seenBy: isPerson,
    load: async () => (await import('./routes/account')).AccountRoute,
    states: [
      { name: 'account', at: '/settings/account', as: 'analyst', shows: 'Sign-in in two steps', main: true },
      { name: 'account-enrol', at: '/settings/account', as: 'viewer', shows: 'Set up an authenticator' },
      { name: 'account-codes', at: '/settings/account', as: 'viewer', shows: 'Set up an authenticator' },
      { name: 'account-refused', at: '/settings/account', as: 'viewer', shows: 'Change the password' },
      { name: 'account-open', at: '/settings/account', shows: 'This page is not for you' },
    ],
  },
  sessions: {
    path: paths.sessions.pattern,
    title: 'Sessions',
    icon: MonitorSmartphone,
    area: 'settings',
    seenBy: isPerson,
    load: async () => (await import('./routes/sessions')).SessionsRoute,
    states: [
      { name: 'sessions', at: '/settings/sessions', as: 'viewer', shows: 'This session', main: true },
      {
        name: 'sessions-failing',
        at: '/settings/sessions',
        as: 'viewer',
        scenario: 'failing',
        shows: 'Could not load your sessions',
      },
      {
        name: 'sessions-loading',
        at: '/settings/sessions',
        as: 'viewer',
        scenario: 'silent',
        shows: 'Loading your sessions',
      },
    ],
  },
  people: {
    path: paths.people.pattern,
    title: 'People',
    icon: Users,
    area: 'settings',
    seenBy: managesAccess,
    load: async () => (await import('./routes/people')).PeopleRoute,
    states: [
      { name: 'people', at: '/settings/people', as: 'admin', shows: 'Vera Viewer', main: true },
      { name: 'people-invite', at: '/settings/people', as: 'admin', shows: 'Vera Viewer', covers: true },
      { name: 'people-link', at: '/settings/people', as: 'admin', shows: 'Vera Viewer', covers: true },
      { name: 'people-last-admin', at: '/settings/people', as: 'admin', shows: 'Vera Viewer', covers: true },
      {
        name: 'people-empty',
        at: '/settings/people',
        as: 'admin',
        scenario: 'empty',
        shows: 'No people yet',
      },
    ],
  },
  keys: {
    path: paths.keys.pattern,
    title: 'Keys',
    icon: KeyRound,
    area: 'settings',
    seenBy: managesAccess,
    load: async () => (await import('./routes/keys')).KeysRoute,
    states: [
      { name: 'keys', at: '/settings/keys', as: 'admin', shows: 'Nightly export', main: true },
      { name: 'keys-make', at: '/settings/keys', as: 'admin', shows: 'Nightly export', covers: true },
      { name: 'keys-made', at: '/settings/keys', as: 'admin', shows: 'Nightly export', covers: true },
      { name: 'keys-empty', at: '/settings/keys', as: 'admin', scenario: 'empty', shows: 'No keys yet' },
      {
        name: 'keys-failing',
        at: '/settings/keys',
        as: 'admin',
        scenario: 'failing',
        shows: 'Could not load the keys',
      },
      {
        name: 'keys-loading',
        at: '/settings/keys',
        as: 'admin',
        scenario: 'silent',
        shows: 'Loading keys',
      },
    ],
  },
  audit: {
    path: paths.audit.pattern,
    title: 'Audit trail',
    icon: FileClock,
    area: 'settings',
    seenBy: ({ permissions }) => permissions.includes('admin'),
    load: async () => (await import('./routes/audit')).AuditRoute,
    states: [
      { name: 'audit', at: '/settings/audit', as: 'admin', shows: 'Entries 120 to 71', main: true },
      { name: 'audit-details', at: '/settings/audit?entry=7', as: 'admin', shows: 'Before', covers: true },
      { name: 'audit-verified', at: '/settings/audit', shows: 'Entries 120 to 71' },
      { name: 'audit-empty', at: '/settings/audit', scenario: 'empty', shows: 'No entries yet' },
      {
        name: 'audit-failing',
        at: '/settings/audit',
        scenario: 'failing',
        shows: 'Could not load the entries',
      },
    ],
  },
  storage: {
    path: paths.storage.pattern,
    title: 'Storage',
    icon: HardDrive,
    area: 'settings',
    load: async () => (await import('./routes/storage')).StorageRoute,
    states: [
      { name: 'storage', at: '/settings/storage', as: 'admin', shows: 'How long data is kept', main: true },
      { name: 'storage-viewer', at: '/settings/storage', as: 'viewer', shows: 'How long data is kept' },
      {
        name: 'storage-dry-run',
        at: '/settings/storage',
        as: 'admin',
        shows: 'Check the change',
        covers: true,
      },
      { name: 'storage-pending', at: '/settings/storage', as: 'admin', shows: 'Check the change' },
      { name: 'storage-hold', at: '/settings/storage', as: 'admin', shows: 'Hold days', covers: true },
      { name: 'storage-filling', at: '/settings/storage', scenario: 'stuck', shows: 'full in 5 days' },
      { name: 'storage-empty', at: '/settings/storage', scenario: 'empty', shows: 'No legal holds' },
      {
        name: 'storage-failing',
        at: '/settings/storage',
        scenario: 'failing',
        shows: 'Could not load what is stored',
      },
      {
        name: 'storage-loading',
        at: '/settings/storage',
        scenario: 'silent',
        shows: 'Loading what is stored',
      },
    ],
  },
  welcome: {
    path: paths.welcome.pattern,
    title: 'Welcome',
    area: 'alone',
    load: async () => (await import('./routes/welcome')).WelcomeRoute,
    states: [
      {
        name: 'welcome-setup',
        at: '/welcome#setup',
        as: 'stranger',
        shows: 'Set up the first admin',
        main: true,
      },
      { name: 'welcome-invite', at: '/welcome#invite', as: 'stranger', shows: 'Choose a password to join' },
      { name: 'welcome-refused', at: '/welcome#reset', as: 'stranger', shows: 'Set a new password' },
      { name: 'welcome-used', at: '/welcome#used', as: 'stranger', shows: 'This link does not work' },
      { name: 'welcome-nothing', at: '/welcome', as: 'stranger', shows: 'Open your link again' },
    ],
  },
} as const satisfies Record<string, Page>;
