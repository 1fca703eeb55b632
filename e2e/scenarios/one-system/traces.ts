import { eventually, type ReceivedSpan, type TraceReceiver } from '@mcm/testing';
import { allFindings, send, type System } from '../../support/system.js';

const CLIENT = 'b7ad6b7169203331';
const traceparent = (trace: string) => ({
  'content-type': 'application/json',
  traceparent: `00-${trace}-${CLIENT}-01`,
});
const LEAK = {
  event_type: 'storage_bucket_permission_changed',
  user: 'traced',
  raw_data: { bucket_name: 'payroll', public: true, changed_by: 'traced' },
};

export function followTraces(system: () => System, receiver: () => TraceReceiver): void {
  /** The spans of a trace by name, once these are there. */
  async function spansOf(trace: string, ...names: string[]): Promise<Record<string, ReceivedSpan>> {
    const byName = () =>
      Object.fromEntries(
        receiver()
          .of(trace)
          .map((span) => [span.name, span]),
      );
    await eventually(async () => names.every((name) => name in byName()), { timeoutMs: 20_000 });
    return byName();
  }

  it('one trace leads from the request of a producer to the findings of its events', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    expect((await send(`${system().api}/events`, [LEAK], traceparent(trace))).status).toBe(202);
    const spans = await spansOf(trace, 'POST /events', 'accept-events', 'record-events', 'evaluate-events');
    expect(spans['POST /events']).toMatchObject({
      parentId: CLIENT,
      facts: { 'http.route': '/events', 'http.response.status_code': 202 },
    });
    const accept = spans['accept-events']!;
    expect(accept.facts).toMatchObject({ 'mcm.events': 1, 'mcm.events.accepted': 1 });
    expect(spans['record-events']).toMatchObject({
      parentId: accept.id,
      facts: { 'mcm.events': 1, 'mcm.events.stored': 1 },
    });
    expect(spans['evaluate-events']).toMatchObject({
      parentId: accept.id,
      facts: { 'mcm.events': 1, 'mcm.findings.created': 1 },
    });
  });

  it('one trace leads from the click on a finding to the question to the model', async () => {
    const found = () => allFindings(system().api, '&user=traced');
    await eventually(async () => (await found()).length === 1);
    const [finding] = await found();
    const trace = '1bf7651916cd43dd8448eb211c80319d';
    const path = `${system().api}/findings/${finding!.id}/enrich_with_ai`;
    expect((await send(path, '', traceparent(trace))).status).toBe(200);
    const spans = await spansOf(trace, 'POST /findings/:id/enrich_with_ai', 'enrich-finding', 'chat small');
    const request = spans['POST /findings/:id/enrich_with_ai']!;
    expect(request).toMatchObject({ parentId: CLIENT });
    expect(spans['enrich-finding']).toMatchObject({ parentId: request.id });
    expect(spans['chat small']).toMatchObject({
      parentId: spans['enrich-finding']!.id,
      facts: { 'gen_ai.request.model': 'small', 'gen_ai.usage.input_tokens': expect.any(Number) },
    });
  });
}

/** Ends the system. */
export function sendTracesAtTheEnd(system: () => System, receiver: () => TraceReceiver): void {
  it('shows no probes, and a process that ends sends what it has', async () => {
    await fetch(`${system().api}/health/ready`);
    const trace = '2cf7651916cd43dd8448eb211c80319e';
    await fetch(`${system().api}/findings`, { headers: traceparent(trace) });
    await system().stop();
    expect(
      receiver()
        .of(trace)
        .map(({ name }) => name),
    ).toEqual(['GET /findings']);
    expect(receiver().spans.filter(({ name }) => /health|metrics|GET \/intake/.test(name))).toEqual([]);
  });
}
