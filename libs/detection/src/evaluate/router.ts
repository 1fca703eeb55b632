import type { EventLogSource } from '../detection.js';
import type { LogSource } from '../document/rule-document.js';

/** Kinds of log sources remembered with their index; events name few, but nothing stops them from naming more. */
const MAX_ROUTES = 512;

type Sources = readonly EventLogSource[];

interface Route<T> {
  readonly sources: Sources;
  readonly prepared: T;
}

/** Finds for the log source of an event what was prepared for it; prepares it when it is met first. */
export class Router<T> {
  private readonly routes = new Map<string, Route<T>>();
  /** Events of one source tend to come together: the last route is tried first. */
  private last: Route<T> | undefined;

  constructor(
    private readonly rules: readonly LogSource[],
    private readonly prepare: (rules: number[]) => T,
  ) {}

  /** What was prepared for the rules that apply to events of this source. */
  route(source: EventLogSource | Sources): T {
    const sources = isList(source) ? source : [source];
    if (this.last !== undefined && same(this.last.sources, sources)) return this.last.prepared;
    const key = keyOf(sources);
    let route = this.routes.get(key);
    if (route === undefined) {
      if (this.routes.size >= MAX_ROUTES) this.routes.delete(this.routes.keys().next().value!);
      const prepared = this.prepare(applicable(this.rules, sources));
      // A copy, because the caller may use its list for the next event.
      route = { sources: sources.map((each) => ({ ...each })), prepared };
      this.routes.set(key, route);
    }
    this.last = route;
    return route.prepared;
  }
}

function isList(source: EventLogSource | Sources): source is Sources {
  return Array.isArray(source);
}

function same(a: Sources, b: Sources): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) {
    const one = a[i]!;
    const other = b[i]!;
    if (one.product !== other.product || one.category !== other.category || one.service !== other.service)
      return false;
  }
  return true;
}

function keyOf(sources: Sources): string {
  let key = '';
  for (const { product, category, service } of sources) {
    key += `${product ?? ''}\u0000${category ?? ''}\u0000${service ?? ''}\u0001`;
  }
  return key;
}

/** Numbers of the rules whose every named dimension equals that of one of the event's sources. */
function applicable(rules: readonly LogSource[], events: Sources): number[] {
  const lower = events.map(({ product, category, service }) => ({
    product: product?.toLowerCase(),
    category: category?.toLowerCase(),
    service: service?.toLowerCase(),
  }));
  const numbers: number[] = [];
  for (const [number, rule] of rules.entries()) {
    const fits = lower.some(
      (event) =>
        (rule.product === undefined || rule.product === event.product) &&
        (rule.category === undefined || rule.category === event.category) &&
        (rule.service === undefined || rule.service === event.service),
    );
    if (fits) numbers.push(number);
  }
  return numbers;
}
