import { createBrowserRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { paths } from '@/config/paths';
import { Layout } from './layout';
import { DashboardRoute } from './routes/dashboard';
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
          { path: paths.dashboard.pattern, element: <DashboardRoute /> },
          {
            path: paths.events.pattern,
            lazy: async () => ({ Component: (await import('./routes/events')).EventsRoute }),
          },
          {
            path: paths.rules.pattern,
            lazy: async () => ({ Component: (await import('./routes/rules')).RulesRoute }),
          },
          {
            path: paths.rule.pattern,
            lazy: async () => ({ Component: (await import('./routes/rule')).RuleRoute }),
          },
          { path: '*', element: <NotFoundRoute /> },
        ],
      },
    ],
  },
]);

/** The pages of the dashboard. */
export function Router() {
  return <RouterProvider router={router} />;
}
