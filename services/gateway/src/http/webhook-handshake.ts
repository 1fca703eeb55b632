import type { FastifyReply, FastifyRequest } from 'fastify';

/** A DNS name, as senders of webhooks call themselves; nothing else is written into the answer. */
const DNS_NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$/;
const EVENTS = /^\/events\/?(?:\?|$)/;

/**
 * Consents to the delivery of CloudEvents, where a sender asks before it begins
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md, section 4). The callback that a request
 * may name is never called: an address from outside is none to send anything to.
 *
 * @returns whether the request asked, and has the answer in the headers of its reply
 */
export function consentToWebhook(request: FastifyRequest, reply: FastifyReply): boolean {
  const origin = request.headers['webhook-request-origin'];
  if (typeof origin !== 'string' || !DNS_NAME.test(origin) || !EVENTS.test(request.url)) return false;
  void reply.headers({ 'webhook-allowed-origin': origin, 'webhook-allowed-rate': '*' });
  return true;
}
