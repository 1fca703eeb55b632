import { BodyRoom } from '@mcm/platform';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { FaultReporter, type Logger } from '@mcm/platform';
import type { GatewayConfig } from './gateway.config.js';
import { answerUnreadableRequest, answerUnreadableUrl } from './http/problem-replies.js';
import { readBodies } from './http/request-body.js';
import { requestId } from './http/request-id.js';
import { TrustedProxies } from './http/trusted-proxies.js';

/** Longest path segment that reaches a handler; ids that are far too long are refused there with a reason. */
const SEGMENT_MAX = 1024;

/** Longest time in which a request, with its body, must have come; a slow sender holds what it has sent. */
const REQUEST_MS = 120_000;

class GatewayAdapter extends FastifyAdapter {
  /** The bodies are read by our own parser: Nest's would take part of them. */
  override registerParserMiddleware(): void {}
}

/** The HTTP server of the gateway: paths with and without trailing slash, request ids, and its own reading of bodies. */
export function createGatewayAdapter(config: GatewayConfig, logger: Logger): FastifyAdapter {
  const faults = new FaultReporter(logger);
  const proxies = new TrustedProxies(config.trustedProxies, (error) =>
    faults.report('trusted proxies', error),
  );
  const adapter = new GatewayAdapter({
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: SEGMENT_MAX },
    trustProxy: proxies.trusts,
    genReqId: requestId,
    requestIdHeader: false,
    // What still comes over a connection that is kept while we end is answered like everything else.
    return503OnClosing: false,
    bodyLimit: config.apiBodyLimitBytes,
    requestTimeout: REQUEST_MS,
    frameworkErrors: answerUnreadableUrl(config),
    clientErrorHandler: answerUnreadableRequest,
  });
  readBodies(
    adapter.getInstance(),
    config.apiBodyLimitBytes,
    new BodyRoom(config.apiBodiesBytes, 'API_BODIES_BYTES'),
  );
  return adapter;
}
