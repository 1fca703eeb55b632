import { DataSource, type EntityManager, inTransaction } from '@mcm/persistence';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config.js';
import { OneTimeLinks } from './one-time-links.js';

/** An admin who can sign in with a password, as a condition on `people`. */
export const ADMIN_WITH_PASSWORD = "role = 'admin' and disabled_at is null and password_hash is not null";

/** Whether an admin exists who can sign in; without one the system has to be set up. */
export async function canAnAdminSignIn(manager: EntityManager): Promise<boolean> {
  const [row] = await manager.query<{ found: boolean }[]>(
    `select exists (select from people where ${ADMIN_WITH_PASSWORD}) as found`,
  );
  return row?.found === true;
}

/** Prints the link with which the first admin is created. */
@Injectable()
export class SetUp implements OnApplicationBootstrap {
  constructor(
    private readonly database: DataSource,
    private readonly links: OneTimeLinks,
    private readonly config: GatewayConfig,
  ) {}

  /** Whether the first admin is still to be created. */
  async isRequired(): Promise<boolean> {
    if (!this.config.signsInLocally()) return false;
    return inTransaction(this.database, async (manager) => !(await canAnAdminSignIn(manager)));
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!(await this.isRequired())) return;
    const { url, expires_at } = await inTransaction(this.database, (manager) =>
      this.links.create(manager, 'setup', null),
    );
    // To the terminal and not through the logger: what it writes may be collected elsewhere.
    process.stdout.write(
      `\nSet up the first admin (the link works once, until ${expires_at.toISOString()}):\n\n  ${url}\n\n`,
    );
  }
}
