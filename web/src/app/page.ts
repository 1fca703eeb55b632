import type { LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';
import type { Me } from '@/lib/access/session';

/** A page of the dashboard. */
export interface Page {
  /** Its pattern for the router. */
  path: string;
  /** Its name in the navigation and in the title of the document. */
  title: string;
  /** Its sign in the navigation; a page without one is not in it. */
  icon?: LucideIcon;
  /** `settings` pages are in the menu of the person; those that stand `alone` need no sign-in. Others are in the header. */
  area?: 'settings' | 'alone';
  /** Who sees it, where not everyone does. */
  seenBy?: (me: Me) => boolean;
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
  /** Who looks at it, `operator` unless stated: the one of an installation without sign-in. */
  as?: 'operator' | 'viewer' | 'analyst' | 'admin' | 'stranger' | 'first';
  /** A text or a label on the page, by which the state is recognised. */
  shows: string;
  /** The state covers the page (details, a menu, a question), so only what is in view is pictured. */
  covers?: true;
  /** Seen most: checked for accessibility both wide and narrow, and fits into the narrowest window. */
  main?: true;
}
