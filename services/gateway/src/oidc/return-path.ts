/** Longest path that a browser is sent back to; a longer one leads to the first page. */
const PATH_MAX = 2000;

/** Everything that is compared with it is on another origin. */
const HERE = 'http://dashboard.invalid';

/**
 * The path of the dashboard that a text names, with its query; the first page when it names anything else. A browser takes
 * `//host`, `/\host` and paths with tabs or line breaks in them for addresses of other hosts, so the text is read the same
 * way as browsers do (WHATWG URL), and what comes out of it is used, never the text.
 */
export function returnPath(given: string | undefined): string {
  if (given === undefined || given.length > PATH_MAX || !given.startsWith('/')) return '/';
  if (!URL.canParse(given, HERE)) return '/';
  const { origin, pathname, search } = new URL(given, HERE);
  // `/.//host` becomes a path that a browser would take for a host. Below /api there are no pages.
  return origin === HERE && !/^\/(\/|api(\/|$))/.test(pathname) ? pathname + search : '/';
}
