import type { Actor, Permission } from '@mcm/contracts';

/** An authenticated actor, with what it may do. The gateway's sign-in sets it on each request. */
export interface Principal {
  actor: Actor;
  permissions: ReadonlySet<Permission>;
  /** Sources that a key may send events for; null means all. */
  allowedSources: ReadonlySet<string> | null;
  /** What the request was authenticated with; null in open mode. */
  credential: { type: 'session' | 'key'; id: string } | null;
}

/** Who calls, from where, in which request: what an entry of the audit trail says about its origin. */
export interface Caller {
  actor: Actor;
  /** Address of the client, behind trusted proxies the one that they name. */
  address: string;
  requestId: string;
}
