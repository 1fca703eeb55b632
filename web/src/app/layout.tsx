import { parseAsStringLiteral } from 'nuqs/server';
import { useEffect, useEffectEvent } from 'react';
import { NavLink, Outlet, useLocation, useMatches, useNavigate, useNavigationType } from 'react-router';
import { Mark } from '@/components/layout/mark';
import { ThemeChoice } from '@/components/layout/theme-choice';
import { paths } from '@/config/paths';
import { AccountMenu } from '@/features/access/components/account-menu';
import { OpenModeBanner } from '@/features/access/components/open-mode-banner';
import { TroubleBanner } from '@/features/health/components/trouble-banner';
import { LiveToggle } from '@/features/live/components/live-toggle';
import { LostBanner } from '@/features/live/components/lost-banner';
import { useMe } from '@/lib/access/session';
import { makeAddress, useAddress } from '@/lib/address';
import { useLiveStream } from '@/lib/live/live-context';
import { NotForYou } from './not-for-you';
import { PageLinks } from './page-links';
import type { Page } from './page';
import { PAGES } from './pages';

const ALL_PAGES: readonly Page[] = Object.values(PAGES);
const MAIN_PAGES = ALL_PAGES.filter(({ area, icon }) => area === undefined && icon !== undefined);
const SETTINGS_PAGES = ALL_PAGES.filter(({ area }) => area === 'settings');

const layoutAddress = makeAddress({
  /** `off` while live updates are paused. */
  live: parseAsStringLiteral(['off']),
});

/** What all pages share: the way between them, the live switch, the theme. */
export function Layout() {
  const { view, change } = useAddress(layoutAddress);
  const paused = view.live === 'off';
  const stream = useLiveStream();
  useEffect(() => (paused ? undefined : stream.start()), [stream, paused]);
  const me = useMe();
  const settingsPages = SETTINGS_PAGES.filter(({ seenBy }) => me !== undefined && seenBy?.(me) !== false);
  const page = useMatches().at(-1)?.handle as Page | undefined;
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const arrival = useNavigationType();
  // Another page begins at its top; going back and reloading are handled by the browser.
  const toTop = useEffectEvent(() => {
    if (arrival === 'PUSH') window.scrollTo({ top: 0 });
  });
  useEffect(() => toTop(), [pathname]);
  const setPaused = (next: boolean) => change({ live: next ? 'off' : null }, { replace: true });
  const search = paused ? '?live=off' : '';
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-primary px-3 py-2 text-primary-foreground focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <header className="sticky top-0 z-30 border-b bg-card">
        <div className="mx-auto flex h-14 max-w-page items-center gap-2 px-4 max-[22rem]:gap-1 sm:gap-5 sm:px-6">
          <NavLink
            to={{ pathname: paths.dashboard.href(), search }}
            className="flex shrink-0 items-center gap-2.5 rounded-md"
          >
            <Mark />
            <span className="font-semibold tracking-[-0.01em] whitespace-nowrap max-md:sr-only">
              Mini Compliance Monitor
            </span>
          </NavLink>
          {/* Scrolls where there is no room for all pages; the padding leaves room for the ring of a focused link. */}
          <PageLinks
            label="Pages"
            pages={MAIN_PAGES}
            search={search}
            className="relative -m-1 min-w-0 overflow-x-auto p-1 [scrollbar-width:none]"
          />
          <div className="ml-auto flex shrink-0 items-center gap-0.5">
            <LiveToggle paused={paused} onChange={setPaused} />
            <AccountMenu
              pages={settingsPages}
              onLeave={() => void navigate(paths.dashboard.href(), { replace: true })}
            >
              <ThemeChoice />
            </AccountMenu>
          </div>
        </div>
      </header>
      <OpenModeBanner />
      <LostBanner />
      <TroubleBanner />
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-page flex-1 px-4 py-5 outline-none sm:px-6 sm:py-6"
      >
        {page?.area === 'settings' && settingsPages.length > 0 && (
          <PageLinks
            label="Settings"
            pages={settingsPages}
            search={search}
            className="mb-4 flex-wrap border-b pb-2"
          />
        )}
        {me && page?.seenBy?.(me) === false ? <NotForYou /> : <Outlet />}
      </main>
    </div>
  );
}
