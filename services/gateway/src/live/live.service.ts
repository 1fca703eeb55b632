import { AppError } from '@mcm/kernel';
import { EVENT_BUS, type EventBus, type Subscription } from '@mcm/messaging';
import { MetricsRegistry, principalOf } from '@mcm/platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayConfig } from '../gateway.config.js';
import { callerOf } from '../http/callers.js';
import { EventsDigest } from './events-digest.js';
import { frame, StreamClient } from './stream-client.js';
import { StreamCredentials } from './stream-credentials.js';
import { StreamPlaces } from './stream-places.js';

/** Time after which a browser connects again, in milliseconds. */
const RETRY_MS = 3_000;

/** Shortest time between two `events`, in milliseconds. */
const EVENTS_INTERVAL_MS = 250;

/** Turns facts into server-sent events: listens to the bus once and tells every client. */
@Injectable()
export class LiveService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly places: StreamPlaces;
  private readonly digest = new EventsDigest(EVENTS_INTERVAL_MS, (counted) =>
    this.emit(frame('events', counted)),
  );
  private readonly gaps;
  private readonly turnedAway;
  private subscriptions: Subscription[] = [];
  private heartbeat: NodeJS.Timeout | undefined;
  private stopping = false;

  constructor(
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    private readonly config: GatewayConfig,
    private readonly credentials: StreamCredentials,
    metrics: MetricsRegistry,
  ) {
    this.places = new StreamPlaces({
      total: config.apiStreamClients,
      perCaller: config.apiStreamClientsPerAddress,
    });
    metrics.gauge('mcm_gateway_stream_clients', 'Clients of the live stream', [], (gauge) =>
      gauge.set(this.places.size),
    );
    this.gaps = metrics.counter(
      'mcm_gateway_stream_gaps_total',
      'Times that a client of the live stream was too slow and missed something',
    );
    this.turnedAway = metrics.counter(
      'mcm_gateway_stream_turned_away_total',
      'Clients of the live stream that found no place, or lost it to another because they had stopped reading',
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    this.subscriptions = await Promise.all([
      this.bus.listen('findings.raised', (findings) => {
        for (const { trace: _, ...finding } of findings) this.emit(frame('finding', finding));
      }),
      this.bus.listen('findings.enriched', (findings) => {
        for (const finding of findings) this.emit(frame('enriched', finding));
      }),
      this.bus.listen('events.counted', (counted) => {
        for (const each of counted) this.digest.add(each);
      }),
      this.bus.listen('rules.changed', (changes) => {
        for (const change of changes) this.emit(frame('rules', change));
      }),
      this.bus.listen('enrichments.progressed', (runs) => {
        for (const run of runs) this.emit(frame('enrichment', run));
      }),
    ]);
    this.heartbeat = setInterval(() => this.beat(), this.config.apiStreamHeartbeatMs);
    this.heartbeat.unref();
  }

  /** Ends every stream, so that closing the server does not wait for clients that would stay for ever. */
  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    clearInterval(this.heartbeat);
    this.digest.close();
    for (const client of this.places.all()) client.end();
    await Promise.all(this.subscriptions.map((subscription) => subscription.close()));
  }

  /**
   * Makes the answer a live stream.
   *
   * @throws AppError `LIVE.TOO_MANY_CLIENTS_OF_CALLER`, `LIVE.TOO_MANY_CLIENTS`, `LIVE.STOPPING`
   */
  connect(request: FastifyRequest, reply: FastifyReply): void {
    if (this.stopping) {
      throw new AppError('unavailable', 'LIVE.STOPPING', 'The gateway is stopping.', {
        retryAfterSeconds: RETRY_MS / 1000,
      });
    }
    const caller = callerOf(request);
    const leaving = this.roomFor(caller);
    void reply.headers({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      // nginx would hold the stream back otherwise.
      'x-accel-buffering': 'no',
    });
    if (request.method === 'HEAD') {
      void reply.send();
      return;
    }
    if (leaving !== null) this.letGo(leaving);
    const client = new StreamClient(this.config.apiStreamBufferBytes, () => this.gaps.inc());
    this.places.take(client, caller);
    const principal = principalOf(request);
    if (principal !== null) this.credentials.watch(client, principal);
    client.send(`retry: ${RETRY_MS}\n: connected\n\n`);
    void reply.send(client.output);
  }

  private roomFor(caller: string): StreamClient | null {
    try {
      return this.places.room(caller);
    } catch (error) {
      this.turnedAway.inc();
      throw error;
    }
  }

  private letGo(client: StreamClient): void {
    this.turnedAway.inc();
    client.output.destroy();
  }

  private emit(text: string): void {
    for (const client of this.places.all()) client.send(text);
  }

  private beat(): void {
    for (const client of this.places.all()) if (!client.heartbeat()) client.output.destroy();
  }
}
