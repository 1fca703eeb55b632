import { type AuditEntry, AuditTrail } from '@mcm/audit';
import { messageOf, Turns } from '@mcm/kernel';
import { DataSource, inTransaction } from '@mcm/persistence';
import { LOGGER, type Logger, principalOf, type Problem } from '@mcm/platform';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { GATEWAY_ITSELF } from '../access/visitor.js';

const MINUTE_MS = 60_000;
/** Kinds of refusals that have entries of their own at a time; those beyond share one. */
const KINDS_MAX = 60;

/** Refusals of one actor (or of one address, where the actor is unknown) on one route for one reason. */
interface Kind {
  entry: Omit<AuditEntry, 'after'>;
  code: string;
  /** Refusals that no entry has counted yet. */
  pending: number;
}

/**
 * Records who was refused what: the first refusal of a kind immediately, those that follow with their number each minute.
 * So a flood adds 61 entries when it begins, and at most 61 each minute.
 */
@Injectable()
export class RefusedRequests implements OnApplicationShutdown {
  private readonly kinds = new Map<string, Kind>();
  private readonly turns = new Turns();
  private readonly timer = setInterval(() => this.recordPending(), MINUTE_MS).unref();

  constructor(
    private readonly database: DataSource,
    private readonly audit: AuditTrail,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Takes note of how a request was answered, and records it when access was refused. The answer does not wait for that. */
  note(request: FastifyRequest, { status, code }: Problem): void {
    if ((status !== 403 && status !== 429) || !/^(AUTH|KEYS)\./.test(code)) return;
    const { ip: address, id: requestId, method, routeOptions } = request;
    const actor = principalOf(request)?.actor;
    const route = `${method} ${routeOptions.url ?? '(unknown)'}`;
    const name = JSON.stringify([actor?.id ?? address, route, code]);
    if (this.kinds.has(name) || this.kinds.size < KINDS_MAX) {
      const origin = { actor: actor ?? GATEWAY_ITSELF, address, requestId };
      this.count(name, entryOf(origin, route), code);
    } else {
      const origin = { actor: GATEWAY_ITSELF, address: null, requestId: null };
      this.count('others', entryOf(origin, '(several)'), '(several)');
    }
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.recordPending();
    await this.turns.run(() => Promise.resolve());
  }

  private count(name: string, entry: Kind['entry'], code: string): void {
    const known = this.kinds.get(name);
    if (known !== undefined) {
      known.pending += 1;
      return;
    }
    const kind = { entry, code, pending: 1 };
    this.kinds.set(name, kind);
    this.record(kind);
  }

  /** Records what has come since the last time, and forgets the kinds of which nothing has. */
  private recordPending(): void {
    for (const [name, kind] of this.kinds) {
      if (kind.pending === 0) this.kinds.delete(name);
      else this.record(kind);
    }
  }

  private record(kind: Kind): void {
    const after = { code: kind.code, count: kind.pending };
    kind.pending = 0;
    const recorded = this.turns.run(() =>
      inTransaction(this.database, (manager) => this.audit.append(manager, { ...kind.entry, after })),
    );
    recorded.catch((error: unknown) => {
      const { origin, object } = kind.entry;
      this.logger.error(
        { actor: origin.actor.id, route: object.id, ...after },
        `Refused requests are not in the audit trail: ${messageOf(error)}`,
      );
    });
  }
}

function entryOf(origin: AuditEntry['origin'], route: string): Kind['entry'] {
  return { origin, action: 'request.refused', object: { type: 'route', id: route, name: null } };
}
