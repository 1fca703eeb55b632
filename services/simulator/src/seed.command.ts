import { parseArgs } from 'node:util';
import { apiAddress, apiKeyHeader } from '@mcm/contracts';
import { AppError, messageOf, systemClock, type Clock } from '@mcm/kernel';
import { generateEvents } from './generate-events.js';
import { pushOverHttp } from './push-over-http.js';

/** What the command was asked to do. */
export interface SeedOptions {
  count: number;
  url: string;
  days: number;
  seed: number;
}

/** Where the command writes and what time it is. */
export interface SeedContext {
  print: (line: string) => void;
  printError: (line: string) => void;
  clock?: Clock;
  /** Says where the API is, unless an argument does. */
  env?: Readonly<Record<string, string | undefined>>;
}

export const SEED_USAGE = `Pushes synthetic events into the running system.

  --n N       how many events (200)
  --url URL   where the API is; otherwise API_URL, or API_PORT (8000) on this machine
  --days D    spread over the last D days (30)
  --seed S    a number; the same number tells the same stories (by the clock)`;

/** Reads the command line; throws an `AppError` that names every wrong argument. */
export function parseSeedArguments(
  args: readonly string[],
  clock: Clock = systemClock,
  env: Readonly<Record<string, string | undefined>> = {},
): SeedOptions {
  let values: { n?: string; url?: string; days?: string; seed?: string };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        n: { type: 'string' },
        url: { type: 'string' },
        days: { type: 'string' },
        seed: { type: 'string' },
      },
    }));
  } catch (error) {
    throw new AppError('invalid', 'SEED.ARGUMENTS', messageOf(error), { cause: error });
  }
  const faults: string[] = [];
  const whole = (name: string, text: string | undefined, fallback: number, max: number): number => {
    if (text === undefined) return fallback;
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= 1 && number <= max) return number;
    faults.push(`--${name} must be a whole number from 1 to ${max}, not "${text}"`);
    return fallback;
  };
  const address = (): string => {
    try {
      return apiAddress(values.url, env);
    } catch (error) {
      faults.push(messageOf(error));
      return '';
    }
  };
  const options = {
    count: whole('n', values.n, 200, 1_000_000),
    days: whole('days', values.days, 30, 3650),
    seed: whole('seed', values.seed, clock.now() % 2 ** 32, 2 ** 32 - 1),
    url: address(),
  };
  if (faults.length > 0) throw new AppError('invalid', 'SEED.ARGUMENTS', faults.join('; '));
  return options;
}

/** Runs the command; answers the exit code of the process: 0, or 1 when anything went wrong. */
export async function runSeed(args: readonly string[], context: SeedContext): Promise<number> {
  const { print, printError, clock = systemClock, env = {} } = context;
  if (args.includes('--help') || args.includes('-h')) {
    print(SEED_USAGE);
    return 0;
  }
  try {
    const { count, url, days, seed } = parseSeedArguments(args, clock, env);
    const to = new Date(clock.now());
    const from = new Date(to.getTime() - days * 86_400_000);
    const receipt = await pushOverHttp(url, { headers: apiKeyHeader(env) })(
      generateEvents({ count, from, to, seed }),
    );
    print(
      `${count} events of the last ${days} days pushed to ${url} (seed ${seed}): ${receipt.accepted} accepted, ` +
        `${receipt.duplicates} repeated in a request, ${receipt.rejected_total} rejected. ` +
        'Events that the system knows from before are accepted, too, and stored once.',
    );
    for (const { index, reason } of receipt.rejected.slice(0, 10)) printError(`  event ${index}: ${reason}`);
    if (receipt.rejected_total > 10) printError(`  … and ${receipt.rejected_total - 10} more`);
    return receipt.rejected_total > 0 ? 1 : 0;
  } catch (error) {
    printError(messageOf(error));
    if (error instanceof AppError && error.code === 'SEED.ARGUMENTS') printError(`\n${SEED_USAGE}`);
    return 1;
  }
}
