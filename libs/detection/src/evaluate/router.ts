import type { EventLogSource } from '../detection.js';
import type { LogSource } from '../document/rule-document.js';

/** Kinds of log sources remembered with their index; events name few, but nothing stops them from naming more. */
const MAX_ROUTES = 512;

/** Finds for the log source of an event what was prepared for it; prepares it when it is met first. */
export class Router<T> {
  private readonly routes = new Map<string, T>();

  constructor(
    private readonly sources: readonly LogSource[],
    private readonly prepare: (rules: number[]) => T,
  ) {}

  /** What was prepared for the rules that apply to events of this source. */
  route(source: EventLogSource | readonly EventLogSource[]): T {
    const list = isList(source) ? source : [source];
    let key = '';
    for (const { product, category, service } of list) {
      key += `${product ?? ''}\u0000${category ?? ''}\u0000${service ?? ''}\u0001`;
    }
    let route = this.routes.get(key);
    if (route === undefined) {
      if (this.routes.size >= MAX_ROUTES) this.routes.delete(this.routes.keys().next().value!);
      route = this.prepare(applicable(this.sources, list));
      this.routes.set(key, route);
    }
    return route;
  }
}

function isList(source: EventLogSource | readonly EventLogSource[]): source is readonly EventLogSource[] {
  return Array.isArray(source);
}

/** Numbers of the rules whose every named dimension equals that of one of the event's sources. */
function applicable(rules: readonly LogSource[], events: readonly EventLogSource[]): number[] {
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
