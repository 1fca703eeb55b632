import { createBrowserRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import type { PageHandle } from '@/components/layout/page-header';
import { Layout } from './layout';
import { PAGES } from './pages';
import { RouteFailure } from './routes/failure';
import { NotFoundRoute } from './routes/not-found';

const router = createBrowserRouter([
  {
    element: <Layout />,
    errorElement: <RouteFailure />,
    // What is left to load when the page opens on a route that comes in a file of its own.
    hydrateFallbackElement: <></>,
    children: [
      {
        errorElement: <RouteFailure />,
        children: [
          ...Object.values(PAGES).map(({ path, title, load }) => ({
            path,
            handle: { title } satisfies PageHandle,
            lazy: async () => ({ Component: await load() }),
          })),
          { path: '*', handle: { title: 'Not found' } satisfies PageHandle, element: <NotFoundRoute /> },
        ],
      },
    ],
  },
]);

/** The pages of the dashboard. */
export function Router() {
  return <RouterProvider router={router} />;
}
