import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The counters of a process in Prometheus' text format. A name asked for twice is the same metric. */
export class MetricsRegistry {
  readonly registry = new Registry();

  /** Adds the figures of the Node process itself: memory, event loop delay, garbage collection. */
  collectProcessMetrics(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** `collect` is asked at each scrape, for figures that are counted elsewhere: `reset`, then `inc` by all of them. */
  counter<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    collect?: (counter: Counter<L>) => void | Promise<void>,
  ): Counter<L> {
    return this.once(
      name,
      () =>
        new Counter({
          name,
          help,
          labelNames: [...labelNames],
          registers: [this.registry],
          ...onScrape(collect),
        }),
    );
  }

  /** `collect` is asked at each scrape. */
  gauge<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    collect?: (gauge: Gauge<L>) => void | Promise<void>,
  ): Gauge<L> {
    return this.once(
      name,
      () =>
        new Gauge({
          name,
          help,
          labelNames: [...labelNames],
          registers: [this.registry],
          ...onScrape(collect),
        }),
    );
  }

  histogram<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    buckets: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  ): Histogram<L> {
    return this.once(
      name,
      () =>
        new Histogram({
          name,
          help,
          labelNames: [...labelNames],
          buckets: [...buckets],
          registers: [this.registry],
        }),
    );
  }

  /** Everything in Prometheus' text exposition format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  private once<M>(name: string, create: () => M): M {
    const known = this.registry.getSingleMetric(name);
    return known === undefined ? create() : (known as M);
  }
}

/** The part of a metric's settings that has it asked at each scrape; nothing where it is not. */
function onScrape<M>(collect: ((metric: M) => void | Promise<void>) | undefined): {
  collect?: (this: M) => void | Promise<void>;
} {
  if (collect === undefined) return {};
  return {
    collect(this: M) {
      return collect(this);
    },
  };
}
