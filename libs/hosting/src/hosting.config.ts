import { AppError, type ErrorDetail } from '@mcm/kernel';
import { Env, isSecretSet, loadConfig } from '@mcm/platform';
import { IsIn, IsString, Matches, ValidateIf } from 'class-validator';
import { DISK_RESERVE_FORM } from './disk-reserve.js';
import { DATABASE_ADDRESS, passwordHint, withPassword } from './server-address.js';

/** The shapes in which the system runs. */
export type Profile = 'standalone' | 'distributed';

/** What a process stands on. Everything else follows from the profile. */
export class HostingConfig {
  /** `standalone`: one process on embedded parts. `distributed`: PostgreSQL, Redis and NATS as servers of their own. */
  @Env('PROFILE')
  @IsIn(['standalone', 'distributed'])
  profile: string = 'standalone';

  /** The PostgreSQL to use; empty means the embedded one, which only one process can have. */
  @Env('DATABASE_URL', { secret: true })
  @ValidateIf(({ databaseUrl }: HostingConfig) => databaseUrl !== '')
  @Matches(DATABASE_ADDRESS, {
    message: `must look like postgres://user:password@host:5432/database; ${passwordHint('DATABASE_PASSWORD')}`,
  })
  databaseUrl: string = '';

  /** The password of that user as it is, without the encoding of URLs. */
  @Env('DATABASE_PASSWORD', { secret: true })
  @IsString()
  databasePassword: string = '';

  /** The address with that password in it; empty without an address. */
  get databaseAddress(): string {
    return this.databaseUrl && withPassword(this.databaseUrl, this.databasePassword);
  }

  /** What stays free on the disk of the embedded PostgreSQL; 5 % and at most 1 GB when empty. */
  @Env('DATA_DISK_RESERVE')
  @ValidateIf(({ diskReserve }: HostingConfig) => diskReserve !== '')
  @Matches(DISK_RESERVE_FORM, { message: 'must be a share of the disk or a size, such as 5% or 2GB' })
  diskReserve: string = '';

  /** The policy of the ai-worker, which has a consumer of its own on the bus; judged there. */
  @Env('AI_AUTO_ENRICH')
  @IsString()
  autoEnrich: string = 'off';
}

/** Servers that only one profile has. */
const DISTRIBUTED_ALONE = ['NATS_URL', 'REDIS_URL'];
/** What the distributed profile cannot do without. */
const DISTRIBUTED_NEEDS = ['DATABASE_URL', ...DISTRIBUTED_ALONE];

/**
 * Reads and validates the configuration. Throws `CONFIG.INVALID` for wrong values, `HOST.PROFILE_MISMATCH` for settings that
 * do not go together or with the program that is started, and `HOST.SERVERS_MISSING` when the profile's servers are not
 * named.
 *
 * @param program the profile that the program is made for
 */
export function loadHostingConfig(env: NodeJS.ProcessEnv, program: Profile): HostingConfig {
  const config = loadConfig(HostingConfig, env);
  if (config.profile !== program) throw wrongProgram(program);
  const names = program === 'standalone' ? DISTRIBUTED_ALONE : DISTRIBUTED_NEEDS;
  const faulty = names.filter((name) => isSecretSet(env, name) === (program === 'standalone'));
  if (faulty.length === 0) return config;
  const standalone = program === 'standalone';
  const errors: ErrorDetail[] = faulty.map((name) => ({
    pointer: name,
    detail: standalone ? 'is not used with PROFILE=standalone' : 'is needed with PROFILE=distributed',
  }));
  throw standalone
    ? new AppError(
        'invalid',
        'HOST.PROFILE_MISMATCH',
        `PROFILE=standalone does not go with ${faulty.join(' and ')}: the bus and the queue ` +
          'are kept in PostgreSQL. Unset it, or choose the profile that uses it.',
        { errors },
      )
    : new AppError(
        'invalid',
        'HOST.SERVERS_MISSING',
        `PROFILE=distributed needs ${faulty.join(' and ')}: the addresses of PostgreSQL, NATS and Redis.`,
        { errors },
      );
}

function wrongProgram(program: Profile): AppError {
  return new AppError(
    'invalid',
    'HOST.PROFILE_MISMATCH',
    program === 'standalone'
      ? 'This program runs everything in one process, which is PROFILE=standalone. With PROFILE=distributed start one ' +
          'process per service: npm run start:migrate, then start:ingestion, start:rules, start:ai-worker, start:gateway.'
      : 'A service of its own runs with PROFILE=distributed, DATABASE_URL, NATS_URL and REDIS_URL. ' +
          'To run everything in one process: npm start.',
    { errors: [{ pointer: 'PROFILE', detail: `must be ${program}` }] },
  );
}
