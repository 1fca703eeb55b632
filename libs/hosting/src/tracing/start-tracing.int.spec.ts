import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@mcm/kernel';
import { createLogger, inSpan, inTraceOf, isTracing, traceCarrier, traced } from '@mcm/platform';
import { freePort, TraceReceiver } from '@mcm/testing';
import { startTracing } from './start-tracing.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const OTHER = '1bf7651916cd43dd8448eb211c80319d';
const cause = (trace: string, span = 'b7ad6b7169203331') => ({ traceparent: `00-${trace}-${span}-01` });

describe('startTracing', () => {
  let folder: string;
  let logPath: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcm-tracing-'));
    logPath = join(folder, 'log');
  });
  afterAll(() => rm(folder, { recursive: true }));
  const logger = () => createLogger({ service: 'test', destination: logPath });

  it('does nothing without an endpoint for traces, or when tracing is disabled', async () => {
    const unused = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_SDK_DISABLED: 'true' };
    for (const env of [{}, unused]) {
      const tracing = await startTracing('test', env, logger());
      expect(isTracing()).toBe(false);
      const message = { a: 1 };
      await inSpan('work', { causes: [cause(TRACE)] }, async (span) => {
        span.add({ events: 1 });
        expect(traceCarrier()).toBeUndefined();
        expect(traced([message])[0]).toBe(message);
      });
      await tracing.stop();
    }
  });

  it('names a setting that cannot be', async () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    const fault = await startTracing('test', env, logger()).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(AppError);
    expect((fault as AppError).message).toMatch(/OTEL_EXPORTER_OTLP_ENDPOINT.*OTEL_EXPORTER_OTLP_PROTOCOL/);
  });

  it('sends spans, goes on with the traces of others, and names the trace in log lines', async () => {
    const receiver = await TraceReceiver.start();
    const log = logger();
    const tracing = await startTracing('mcm-test', { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }, log);
    let carried: unknown;
    await inSpan('one cause', { causes: [cause(TRACE), undefined, cause(TRACE)] }, async (span) => {
      span.add({ 'mcm.events': 3, 'mcm.ok': true, 'mcm.endpoint': 'events' });
      log.info('inside');
      carried = traced([{ a: 1 }])[0];
      await inSpan('part', {}, async () => undefined);
    });
    log.info('outside');
    await inSpan('two causes', { causes: [cause(TRACE), cause(OTHER)] }, async () => undefined);
    await inSpan('no cause', { causes: [undefined] }, async () => undefined);
    await inTraceOf(cause(OTHER), () => inSpan('of the headers', {}, async () => undefined));
    const failing = inSpan('failing', {}, async () => {
      throw new AppError('unavailable', 'TEST.AWAY', 'away');
    });
    await expect(failing).rejects.toThrow('away');
    await tracing.stop();
    await receiver.stop();

    const named = (name: string) => receiver.spans.find((span) => span.name === name)!;
    const one = named('one cause');
    expect(one).toMatchObject({
      service: 'mcm-test',
      traceId: TRACE,
      parentId: 'b7ad6b7169203331',
      facts: { 'mcm.events': 3, 'mcm.ok': true, 'mcm.endpoint': 'events' },
      failed: false,
      links: [],
    });
    expect(carried).toEqual({ a: 1, trace: { traceparent: `00-${TRACE}-${one.id}-01` } });
    expect(named('part')).toMatchObject({ traceId: TRACE, parentId: one.id });
    expect(named('two causes')).toMatchObject({ parentId: '', links: [TRACE, OTHER] });
    expect(named('no cause')).toMatchObject({ parentId: '', links: [] });
    expect(named('of the headers')).toMatchObject({ traceId: OTHER });
    expect(named('failing')).toMatchObject({ failed: true, facts: { 'error.type': 'TEST.AWAY' } });

    const lines = (await readFile(logPath, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines.find((line) => 'msg' in line && line.msg === 'inside')).toMatchObject({
      trace_id: TRACE,
      span_id: one.id,
    });
    expect(lines.find((line) => 'msg' in line && line.msg === 'outside')).not.toHaveProperty('trace_id');
  });

  it('logs that the spans are not received, and ends nevertheless', async () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}` };
    // The exporter reads this one itself.
    process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '300';
    const tracing = await startTracing('test', env, logger());
    delete process.env['OTEL_EXPORTER_OTLP_TIMEOUT'];
    await inSpan('work', {}, async () => undefined);
    await tracing.stop();
    expect(isTracing()).toBe(false);
    expect(await readFile(logPath, 'utf8')).toMatch(/"msg":"traces: /);
  });
});
