import type { TraceCarrier } from '@mcm/kernel';
import type { BullmqJob } from './bullmq-backend.js';

/**
 * Where BullMQ keeps the place in a trace that a job comes from: in the form of its own adapter for OpenTelemetry
 * (`bullmq-otel`), so that other programs that use it read ours and we theirs. The adapter itself would show every call of
 * a queue and a worker, where a person wants the job.
 */
export function traceInJob(carrier: TraceCarrier): { metadata: string } {
  return { metadata: JSON.stringify(carrier) };
}

/** The place that a job says it comes from; what is no such place counts as none. */
export function traceOfJob(job: Pick<BullmqJob, 'opts'>): TraceCarrier | undefined {
  const metadata: unknown = job.opts.telemetry?.metadata;
  if (typeof metadata !== 'string') return undefined;
  try {
    const { traceparent, tracestate } = JSON.parse(metadata) as Partial<TraceCarrier>;
    if (typeof traceparent !== 'string') return undefined;
    return { traceparent, ...(typeof tracestate === 'string' && { tracestate }) };
  } catch {
    return undefined;
  }
}
