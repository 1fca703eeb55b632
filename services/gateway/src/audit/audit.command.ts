import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { apiAddress, apiKeyHeader } from '@mcm/contracts';
import { AppError, messageOf } from '@mcm/kernel';

const USAGE = `npm run audit -- verify                    check the trail of the running system
npm run audit -- verify FILE [OPTIONS]     check an export with verify-audit.mjs, which explains the options
npm run audit -- export FILE               write the whole trail with a signed checkpoint
npm run audit -- checkpoint                sign and publish a checkpoint, and print it

--url names the system; API_KEY or API_KEY_FILE in the environment is the key that it asks for.`;

const VERIFIER = fileURLToPath(new URL('../../../../libs/audit/verify-audit.mjs', import.meta.url));

export interface CommandOutput {
  print(line: string): void;
  printError(line: string): void;
  env: Readonly<Record<string, string | undefined>>;
}

/** Runs `npm run audit`. Returns the exit code: 0 for a trail as it was written, 1 for one that is not, 2 for no answer. */
export async function runAudit(args: readonly string[], output: CommandOutput): Promise<number> {
  const [command, ...rest] = args;
  try {
    if (command === 'verify' && rest[0] !== undefined && !rest[0].startsWith('-'))
      return await verifyFile(rest);
    const { values, positionals } = parseArgs({
      args: rest,
      allowPositionals: true,
      options: { url: { type: 'string' } },
    });
    const call = caller(apiAddress(values.url, output.env), apiKeyHeader(output.env));
    if (command === 'verify' && positionals.length === 0) {
      const result = (await (await call('GET', '/audit/verify')).json()) as { valid: boolean };
      output.print(JSON.stringify(result, null, 2));
      return result.valid ? 0 : 1;
    }
    if (command === 'checkpoint' && positionals.length === 0) {
      const { note } = (await (await call('POST', '/audit/checkpoints')).json()) as { note: string };
      output.print(note);
      return 0;
    }
    if (command === 'export' && positionals.length === 1) {
      const response = await call('GET', '/audit/export');
      await pipeline(Readable.fromWeb(response.body!), createWriteStream(positionals[0]!, { mode: 0o600 }));
      output.print(`Written to ${positionals[0]}`);
      return 0;
    }
    output.printError(USAGE);
    return 2;
  } catch (error) {
    output.printError(messageOf(error));
    return 2;
  }
}

async function verifyFile(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [VERIFIER, ...args], { stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 2;
}

function caller(address: string, headers: Record<string, string>) {
  return async (method: 'GET' | 'POST', path: string): Promise<Response> => {
    const response = await fetch(new URL(path, address), { method, headers });
    if (response.ok) return response;
    const { detail } = (await response.json().catch(() => ({}))) as { detail?: string };
    throw new AppError('unavailable', 'API.REFUSED', detail ?? `${address} answered ${response.status}.`);
  };
}
