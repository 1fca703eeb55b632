import { existsSync, statSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { AuditTrail } from '@mcm/audit';
import { type Permission, PERMISSIONS } from '@mcm/contracts';
import { AppError, messageOf } from '@mcm/kernel';
import type { DataSource } from '@mcm/persistence';
import { AccessMemory } from '../access/access-memory.js';
import { actorNameFault } from '../parameters/body.decorators.js';
import { KEY_DAYS, KEY_DAYS_MAX, KeysService } from './keys.service.js';

const USAGE = `keys-cli.js create NAME SCOPE[,SCOPE...] [--source SOURCE]... [--days DAYS] [--file FILE]

Makes an API key and prints it; with --file it is written there, and nothing happens when the file is there already.
Scopes: ${PERMISSIONS.join(', ')}. Without --source it may send events for all sources. It expires after ${KEY_DAYS} days.
The database is that of DATABASE_URL. In the compose stack:
  docker compose exec gateway node services/gateway/dist/keys-cli.js create NAME events:write`;

/** The name of this command's actor in the audit trail. Who can run it has the password of the database. */
const ACTOR = { type: 'system', id: 'keys-cli', name: 'keys-cli' } as const;

/** Where the command writes, and what it opens. */
export interface KeysCommandHost {
  print(line: string): void;
  printError(line: string): void;
  /** Connects to the database; called once the arguments are known to be right. */
  openDatabase(): Promise<DataSource>;
}

/** Makes keys where no admin has signed in yet: for the parts of a stack when it starts. Returns the exit code. */
export async function runKeys(args: readonly string[], host: KeysCommandHost): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        source: { type: 'string', multiple: true },
        days: { type: 'string', default: String(KEY_DAYS) },
        file: { type: 'string' },
      },
    });
    const [command, name, scopes] = positionals;
    if (command !== 'create' || name === undefined || scopes === undefined || positionals.length > 3) {
      host.printError(USAGE);
      return 2;
    }
    const request = {
      name: checkedName(name),
      scopes: checkedScopes(scopes),
      allowed_sources: values.source ?? null,
      expires_in_days: checkedDays(values.days),
    };
    if (values.file !== undefined && existsSync(values.file) && statSync(values.file).size > 0) return 0;
    const database = await host.openDatabase();
    try {
      const keys = new KeysService(database, new AccessMemory(), new AuditTrail());
      const origin = { actor: ACTOR, address: null, requestId: null };
      const { key, text } = await keys.create(request, { permissions: new Set(PERMISSIONS) }, origin);
      if (values.file === undefined) host.print(text);
      else await writeKey(values.file, text).catch((error) => revoke(keys, key.id, error));
    } finally {
      await database.destroy();
    }
    return 0;
  } catch (error) {
    host.printError(messageOf(error));
    return 1;
  }

  /** A key that is written nowhere is of no use to its owner. */
  async function revoke(keys: KeysService, id: string, error: unknown): Promise<never> {
    await keys.revoke(id, { actor: ACTOR, address: null, requestId: null });
    throw error;
  }
}

/** Whole or not at all. */
async function writeKey(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function checkedName(name: string): string {
  const fault = actorNameFault(name);
  if (fault === null) return name;
  throw new AppError('invalid', 'KEYS.NAME', `NAME ${fault}.`);
}

function checkedScopes(text: string): Permission[] {
  return text.split(',').map((word) => {
    const scope = PERMISSIONS.find((permission) => permission === word);
    if (scope !== undefined) return scope;
    throw new AppError('invalid', 'KEYS.SCOPE', `"${word}" is no scope: ${PERMISSIONS.join(', ')}.`);
  });
}

function checkedDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= KEY_DAYS_MAX) return days;
  throw new AppError('invalid', 'KEYS.DAYS', `--days is a whole number from 1 to ${KEY_DAYS_MAX}.`);
}
