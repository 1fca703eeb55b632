/** Knows which methods each path has, to tell a wrong method from a wrong path. */
export class AllowedMethods {
  private readonly routes: { path: RegExp; methods: readonly string[] }[] = [];

  /** Takes note of a route; `url` is in the router's notation (`/events/:id`). */
  add(url: string, method: string | readonly string[]): void {
    const methods = [method].flat().filter((name) => name !== 'OPTIONS');
    if (methods.length === 0) return;
    const pattern = url
      .replace(/\/$/, '')
      .split('/')
      .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
      .join('/');
    this.routes.push({ path: new RegExp(`^${pattern}/?$`), methods });
  }

  /** The methods of a path, sorted; none when there is no such path. */
  of(path: string): string[] {
    const methods = this.routes.filter((route) => route.path.test(path)).flatMap((route) => route.methods);
    return methods.length === 0 ? [] : [...new Set([...methods, 'OPTIONS'])].sort();
  }
}
