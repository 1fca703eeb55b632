/**
 * A place in a trace, to be carried to the next process of the work: the headers of W3C Trace Context
 * (https://www.w3.org/TR/trace-context/).
 */
export interface TraceCarrier {
  traceparent: string;
  /** What tracing systems add for themselves. */
  tracestate?: string;
}
