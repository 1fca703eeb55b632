import type { TraceCarrier } from '@mcm/kernel';
import { AppError, messageOf } from '@mcm/kernel';
import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
} as const;

/** Most traces that one span names as its causes. */
const CAUSES_MAX = 64;

/** What is known about a piece of work; numbers count things. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  kind?: keyof typeof KINDS;
  facts?: SpanFacts;
  /**
   * Where the work comes from, when it was carried: by the messages of a batch, or by a job. If all come from one place
   * the span goes on there; if they come from several it begins a trace of its own with a link to each. When absent,
   * the span is part of what runs now.
   */
  causes?: Iterable<TraceCarrier | undefined>;
}

/** A piece of work that is shown in traces. */
export interface WorkSpan {
  add(facts: SpanFacts): void;
}

const NOT_SHOWN: WorkSpan = { add: () => undefined };
let on = false;

/** Called by the host that sets up tracing, before anything is built that asks {@link isTracing}. */
export function switchTracing(to: boolean): void {
  on = to;
}

/** Whether this process takes part in traces. */
export const isTracing = (): boolean => on;

/** Shows a piece of work in the trace, with how long it took and how it ended. Without tracing it only does the work. */
export async function inSpan<T>(
  name: string,
  options: SpanOptions,
  work: (span: WorkSpan) => Promise<T>,
): Promise<T> {
  if (!on) return work(NOT_SHOWN);
  const { parent, links } = originOf(options.causes);
  const span = startSpan(name, options.kind ?? 'internal', parent, options.facts, links);
  try {
    return await context.with(trace.setSpan(parent, span), () =>
      work({ add: (facts) => void span.setAttributes({ ...facts }) }),
    );
  } catch (error) {
    noteFailure(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** The place in the trace at which this is called; undefined when there is none. */
export function traceCarrier(): TraceCarrier | undefined {
  if (!on) return undefined;
  const carrier: Partial<TraceCarrier> = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent === undefined ? undefined : (carrier as TraceCarrier);
}

/** The same messages, each with the place in the trace where it was sent from. */
export function traced<M extends object>(messages: readonly M[]): readonly (M & { trace?: TraceCarrier })[] {
  const carrier = traceCarrier();
  return carrier === undefined ? messages : messages.map((message) => ({ ...message, trace: carrier }));
}

/** Does work as a part of the trace that request headers name; of none when they name none. */
export function inTraceOf<T>(headers: Readonly<Record<string, unknown>>, work: () => T): T {
  return on ? context.with(contextOf(headers), work) : work();
}

/** For log lines: the trace and the span in which this is called. */
export function traceIds(): { trace_id: string; span_id: string } | undefined {
  if (!on) return undefined;
  const spanContext = trace.getSpanContext(context.active());
  if (spanContext === undefined || !isSpanContextValid(spanContext)) return undefined;
  return { trace_id: spanContext.traceId, span_id: spanContext.spanId };
}

/** The place that a carrier, or any headers, name. */
export function contextOf(carrier: object): Context {
  return propagation.extract(ROOT_CONTEXT, carrier);
}

export function startSpan(
  name: string,
  kind: keyof typeof KINDS,
  parent: Context,
  facts: SpanFacts = {},
  links: Link[] = [],
): Span {
  const attributes: Attributes = { ...facts };
  return trace.getTracer('mcm').startSpan(name, { kind: KINDS[kind], attributes, links }, parent);
}

export function noteFailure(span: Span, error: unknown): void {
  const type = error instanceof AppError ? error.code : error instanceof Error ? error.name : typeof error;
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
}

function originOf(causes: SpanOptions['causes']): { parent: Context; links: Link[] } {
  if (causes === undefined) return { parent: context.active(), links: [] };
  const places = new Map<string, TraceCarrier>();
  for (const cause of causes) {
    if (cause === undefined || places.has(cause.traceparent)) continue;
    places.set(cause.traceparent, cause);
    if (places.size === CAUSES_MAX) break;
  }
  const contexts = [...places.values()].map(contextOf);
  if (contexts.length === 1) return { parent: contexts[0]!, links: [] };
  const links = contexts.flatMap((each) => {
    const spanContext = trace.getSpanContext(each);
    return spanContext === undefined ? [] : [{ context: spanContext }];
  });
  return { parent: ROOT_CONTEXT, links };
}
