import { context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { contextOf, isTracing, startSpan } from './spans.js';

/**
 * Shows the requests of a server in traces: each goes on with the trace that its `traceparent` names, or begins one.
 * Call it before other hooks are added, so that they are part of it. Attributes have the names of OpenTelemetry's
 * conventions (https://opentelemetry.io/docs/specs/semconv/http/http-spans/).
 *
 * @param isShown which requests are worth it; probes, for one, are not
 */
export function traceRequests(
  fastify: FastifyInstance,
  isShown: (request: FastifyRequest) => boolean = () => true,
): void {
  if (!isTracing()) return;
  const spans = new WeakMap<FastifyRequest, Span>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (!isShown(request)) {
      done();
      return;
    }
    const route = request.routeOptions.url ?? 'no route';
    const parent = contextOf(request.headers);
    const span = startSpan(`${request.method} ${route}`, 'server', parent, {
      'http.request.method': request.method,
      'http.route': route,
      'url.path': request.url.split('?')[0] ?? '',
      'mcm.request_id': request.id,
    });
    spans.set(request, span);
    context.with(trace.setSpan(parent, span), done);
  });
  fastify.addHook('onResponse', async (request, reply) => {
    const span = spans.get(request);
    if (span === undefined) return;
    span.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  });
}
