import { FaultReporter, loadConfig, type Logger, switchTracing } from '@mcm/platform';
import { TracingConfig } from './tracing.config.js';

/** Longest time that the end of a process waits for its last spans to be taken. */
const FLUSH_MS = 2_000;

/** A process that takes part in traces, or does not. */
export interface Tracing {
  /** Sends what was not sent yet, unless that takes too long. To be called when nothing runs any more. */
  stop(): Promise<void>;
}

const OFF: Tracing = { stop: () => Promise.resolve() };

/**
 * Makes this process take part in traces when the environment says where they go. OpenTelemetry's SDK is loaded only
 * then. Call it before services are built.
 *
 * @param service the name under which the process is shown unless OTEL_SERVICE_NAME says otherwise
 * @throws AppError `CONFIG.INVALID`
 */
export async function startTracing(
  service: string,
  env: NodeJS.ProcessEnv,
  logger: Logger,
): Promise<Tracing> {
  const config = loadConfig(TracingConfig, env);
  if (!config.isOn) return OFF;
  const { openTraces } = await import('./open-traces.js');
  const faults = new FaultReporter(logger);
  const traces = openTraces(config.serviceName || service, config, (fault) => faults.report('traces', fault));
  switchTracing(true);
  return {
    stop: async () => {
      switchTracing(false);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        const fault = new Error(`the last spans were not taken within ${FLUSH_MS} ms`);
        timer = setTimeout(() => reject(fault), FLUSH_MS);
      });
      await Promise.race([traces.close(), late]).catch((error: unknown) => faults.report('traces', error));
      clearTimeout(timer);
    },
  };
}
