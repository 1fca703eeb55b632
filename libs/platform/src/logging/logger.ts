import type { LoggerService } from '@nestjs/common';
import { pino, type Logger as PinoLogger } from 'pino';
import { traceIds } from '../tracing/spans.js';

/** A structured logger: `logger.info({ finding_id }, 'Enriched')`. Messages and fields never hold secrets. */
export type Logger = PinoLogger;

export interface LoggerOptions {
  /** Shown in every line. */
  service: string;
  level?: string;
  /** File descriptor or path; standard output by default. */
  destination?: string | number;
}

/** Creates a logger that writes one JSON object per line; it names the trace that the line belongs to, where there is one. */
export function createLogger({ service, level = 'info', destination = 1 }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: () => traceIds() ?? {},
      serializers: { err: shownError },
      redact: [
        'password',
        '*.password',
        'authorization',
        '*.authorization',
        'url',
        '*.url',
        'api_key',
        '*.api_key',
      ],
    },
    pino.destination({ dest: destination, sync: true, mode: 0o600 }),
  );
}

/** `pg` hangs its connection on an error, and with it the key that cancels the queries of that connection. */
function shownError(error: Error): unknown {
  const shown: unknown = pino.stdSerializers.err(error);
  if (typeof shown !== 'object' || shown === null) return shown;
  // A copy: what the serializer gives reads its fields from the error.
  return Object.fromEntries(
    Object.entries(shown).filter(([name]) => name !== 'client' && name !== 'secretKey'),
  );
}

/** Lets Nest write through the logger; its start-up chatter is kept for `debug`. */
export function nestLogger(logger: Logger): LoggerService {
  const context = (rest: unknown[]) => ({ context: rest.at(-1) });
  return {
    log: (message: unknown, ...rest: unknown[]) => logger.debug(context(rest), String(message)),
    debug: (message: unknown, ...rest: unknown[]) => logger.debug(context(rest), String(message)),
    verbose: (message: unknown, ...rest: unknown[]) => logger.trace(context(rest), String(message)),
    warn: (message: unknown, ...rest: unknown[]) => logger.warn(context(rest), String(message)),
    error: (message: unknown, ...rest: unknown[]) => logger.error({ detail: rest }, String(message)),
    fatal: (message: unknown, ...rest: unknown[]) => logger.fatal({ detail: rest }, String(message)),
  };
}

export const LOGGER = Symbol('Logger');
