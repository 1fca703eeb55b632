import { AppError } from '@mcm/kernel';
import {
  LOGGER,
  type Logger,
  MetricsRegistry,
  ProblemFilter,
  traceRequests,
  validationPipe,
} from '@mcm/platform';
import { MethodNotAllowedException } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { authenticateRequests } from './access/authenticate-requests.js';
import { Authenticator } from './access/authenticator.js';
import { RefusedRequests } from './audit/refused-requests.js';
import type { GatewayConfig } from './gateway.config.js';
import { AllowedMethods } from './http/allowed-methods.js';
import { mayRead, refuseForeignPages } from './http/foreign-pages.js';
import { refuseReservedName } from './http/request-body.js';
import { limitRequests } from './http/request-limit.js';
import { SEARCH_HEADERS } from './search/search-headers.js';
import { REQUEST_ID_HEADER } from './http/request-id.js';
import { commonHeaders } from './http/response-headers.js';
import { consentToWebhook } from './http/webhook-handshake.js';
import { serveDocs } from './openapi/docs.js';

/** Calls that cost almost no work, or that last until a browser disconnects. */
const NOT_TRACED = /^\/(stream|metrics|health|docs)/;

/** When to try again if the refusal does not say, in seconds. */
const RETRY_AFTER_SECONDS = 5;

/**
 * Sets up what holds for every call: who may call (CORS), the checks of parameters, the form of errors, common
 * headers, figures and the interactive page. Call it before the application listens; its adapter must come from
 * `createGatewayAdapter`.
 */
export async function configureGateway(app: NestFastifyApplication, config: GatewayConfig): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  traceRequests(fastify, (request) => !NOT_TRACED.test(request.url));
  const setCommonHeaders = commonHeaders(config);
  fastify.addHook('onRequest', async (request, reply) => setCommonHeaders(request, reply));
  const hosts = config.hosts();
  fastify.addHook('onRequest', async (request) => {
    const fault = hosts.fault(request.raw);
    if (fault !== null) throw fault;
  });
  fastify.addHook('onSend', async (_request, reply) => {
    if (reply.statusCode === 503 && !reply.hasHeader('retry-after')) {
      void reply.header('retry-after', String(RETRY_AFTER_SECONDS));
    }
    // RFC 9110, section 15.5.2, wants a challenge with each 401.
    if (reply.statusCode === 401 && !reply.hasHeader('www-authenticate')) {
      void reply.header('www-authenticate', 'Bearer');
    }
  });
  announceMethods(fastify);
  fastify.addHook('preValidation', async (request) => {
    requireUtf8Query(request.url);
    for (const name of Object.keys(request.query ?? {})) refuseReservedName(name);
  });
  measure(fastify, app.get(MetricsRegistry));

  const origins = config.admittedOrigins();
  fastify.addHook('onRequest', async (request) => refuseForeignPages(request, origins));
  app.enableCors({
    // Answering `false` leaves every header out; a list would still tell a stranger what others may do.
    origin: (origin, answer) =>
      answer(null, origin !== undefined && mayRead(origin, origins) ? origin : false),
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    exposedHeaders: [REQUEST_ID_HEADER, 'retry-after', ...Object.keys(SEARCH_HEADERS)],
    maxAge: 600,
  });
  // Behind CORS, so that the dashboard can read why it was refused.
  await limitRequests(fastify, config.apiRequestsPerSecond, app.get(MetricsRegistry));
  authenticateRequests(fastify, app.get(Authenticator));
  app.useGlobalPipes(validationPipe());
  const refused = app.get(RefusedRequests);
  app.useGlobalFilters(
    new ProblemFilter(app.get<Logger>(LOGGER), (request, problem) => refused.note(request, problem)),
  );
  serveDocs(app);
}

/** What is no percent-encoded UTF-8 would be taken as it stands, and a filter would look for that. */
function requireUtf8Query(url: string): void {
  try {
    decodeURIComponent(url.split('?').slice(1).join('?'));
  } catch {
    throw new AppError('invalid', 'REQUEST.URL_INVALID', 'The query is not percent-encoded UTF-8.');
  }
}

/** A wrong method on a path that exists is 405 with the right ones, and OPTIONS tells them. */
function announceMethods(fastify: FastifyInstance): void {
  const methods = new AllowedMethods();
  fastify.addHook('onRoute', ({ url, method }) => methods.add(url, method));
  fastify.addHook('onRequest', async (request, reply) => {
    if (!request.is404 && request.method !== 'OPTIONS') return;
    const allowed = methods.of(request.url.split('?')[0] ?? '');
    if (allowed.length === 0) return;
    void reply.header('allow', allowed.join(', '));
    if (request.method === 'OPTIONS') {
      // Some senders of webhooks take nothing but 200 for consent.
      return reply.status(consentToWebhook(request, reply) ? 200 : 204).send();
    }
    throw new MethodNotAllowedException(`${request.method} is not possible here; ${allowed.join(', ')} are.`);
  });
}

function measure(fastify: FastifyInstance, metrics: MetricsRegistry): void {
  const seconds = metrics.histogram(
    'mcm_gateway_http_request_duration_seconds',
    'Time from the arrival of a request to the end of its answer',
    ['method', 'route', 'status'],
  );
  fastify.addHook('onResponse', async (request, reply) => {
    // A live stream ends when its client goes: that is not the time of an answer.
    if (request.routeOptions.url === '/stream') return;
    seconds.observe(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: String(reply.statusCode),
      },
      reply.elapsedTime / 1000,
    );
  });
}
