import { createBrowserRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import type { Page } from './page';
import { PAGES } from './pages';
import { RouteFailure } from './routes/failure';
import { NotFoundRoute } from './routes/not-found';
import { SignedInOnly } from './signed-in-only';

const pages: readonly Page[] = Object.values(PAGES);
const routesOf = (of: readonly Page[]) =>
  of.map((page) => ({
    path: page.path,
    handle: page,
    lazy: async () => ({ Component: await page.load() }),
  }));

const router = createBrowserRouter([
  {
    errorElement: <RouteFailure />,
    // What is left to load when the page opens on a route that comes in a file of its own.
    hydrateFallbackElement: <></>,
    children: [
      ...routesOf(pages.filter(({ area }) => area === 'alone')),
      {
        element: <SignedInOnly />,
        children: [
          {
            errorElement: <RouteFailure />,
            children: [
              ...routesOf(pages.filter(({ area }) => area !== 'alone')),
              { path: '*', handle: { title: 'Not found' }, element: <NotFoundRoute /> },
            ],
          },
        ],
      },
    ],
  },
]);

/** The pages of the dashboard. */
export function Router() {
  return <RouterProvider router={router} />;
}
