import { parseAsStringLiteral } from 'nuqs/server';
import { useEffect, useEffectEvent } from 'react';
import { NavLink, Outlet, useLocation, useNavigationType } from 'react-router';
import { ThemeMenu } from '@/components/layout/theme-menu';
import { paths } from '@/config/paths';
import { TroubleBanner } from '@/features/health/components/trouble-banner';
import { LiveToggle } from '@/features/live/components/live-toggle';
import { LostBanner } from '@/features/live/components/lost-banner';
import { makeAddress, useAddress } from '@/lib/address';
import { cn } from '@/lib/class-names';
import { useLiveStream } from '@/lib/live/live-context';
import { PAGES, type Page } from './pages';

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
          <nav
            aria-label="Pages"
            className="relative -m-1 flex min-w-0 items-center gap-1 overflow-x-auto p-1 [scrollbar-width:none]"
          >
            {Object.values<Page>(PAGES).map(
              ({ path, title, icon: Icon }) =>
                Icon && (
                  <NavLink
                    key={path}
                    to={{ pathname: path, search }}
                    end={path === '/'}
                    className={({ isActive }) =>
                      cn(
                        'inline-flex h-8 shrink-0 items-center gap-1.5 rounded-md px-2 text-[0.8125rem] font-medium max-[22rem]:px-1 max-[22rem]:text-xs sm:px-2.5',
                        isActive
                          ? 'bg-secondary text-foreground'
                          : 'text-muted-foreground hover:text-foreground',
                      )
                    }
                  >
                    <Icon aria-hidden className="size-4 max-sm:hidden" />
                    {title}
                  </NavLink>
                ),
            )}
          </nav>
          <div className="ml-auto flex shrink-0 items-center gap-0.5">
            <LiveToggle paused={paused} onChange={setPaused} />
            <ThemeMenu />
          </div>
        </div>
      </header>
      <LostBanner />
      <TroubleBanner />
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-page flex-1 px-4 py-5 outline-none sm:px-6 sm:py-6"
      >
        <Outlet />
      </main>
    </div>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className="size-7 shrink-0">
      <rect width="32" height="32" rx="8" fill="#0f5c66" />
      <path
        d="M8 17.5h3.6l2.6-7 4.2 12 2.4-5H24"
        fill="none"
        stroke="#fff"
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
