import { context, diag, type DiagLogger, DiagLogLevel, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { parseKeyPairsIntoRecord, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { detectResources, envDetector, hostDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TracingConfig } from './tracing.config.js';

/** OpenTelemetry at work in this process. */
export interface OpenTraces {
  /** Sends what was not sent yet, and takes OpenTelemetry away. */
  close(): Promise<void>;
}

/** Sets up OpenTelemetry for this process: W3C Trace Context, and spans to a receiver of OTLP. */
export function openTraces(
  service: string,
  config: TracingConfig,
  onFault: (fault: string) => void,
): OpenTraces {
  diag.setLogger(faultsOnly(onFault), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const exporter = new OTLPTraceExporter({
    url: config.url,
    headers: parseKeyPairsIntoRecord(`${config.headers},${config.tracesHeaders}`),
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.namespace': 'mcm' }).merge(
      detectResources({ detectors: [hostDetector, envDetector] }),
    ),
    sampler: samplerOf(config),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        scheduledDelayMillis: config.scheduleDelayMs,
        maxQueueSize: config.maxQueueSize,
      }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return {
    close: async () => {
      try {
        await provider.shutdown();
      } finally {
        for (const part of [context, propagation, trace, diag]) part.disable();
      }
    },
  };
}

function samplerOf({ sampler, samplerArg }: TracingConfig): Sampler {
  const name = sampler.replace(/^parentbased_/, '');
  const root =
    name === 'always_off'
      ? new AlwaysOffSampler()
      : name === 'traceidratio'
        ? new TraceIdRatioBasedSampler(samplerArg)
        : new AlwaysOnSampler();
  return name === sampler ? root : new ParentBasedSampler({ root });
}

/** OpenTelemetry tells of spans that it could not send, or had to drop, by its own log. */
function faultsOnly(onFault: (fault: string) => void): DiagLogger {
  const tell = (message: string, ...rest: unknown[]) => onFault([message, ...rest].map(String).join(' '));
  const nothing = () => undefined;
  return { error: tell, warn: tell, info: nothing, debug: nothing, verbose: nothing };
}
