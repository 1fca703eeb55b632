import { AppError, type ErrorDetail } from '@mcm/kernel';
import { Env, loadConfig } from '@mcm/platform';
import { IsIn, IsString, Matches, ValidateIf } from 'class-validator';

/** What a process stands on. Everything else follows from the profile. */
export class HostingConfig {
  /** `standalone`: one process on embedded parts. `distributed`: PostgreSQL, Redis and NATS as servers of their own. */
  @Env('PROFILE')
  @IsIn(['standalone', 'distributed'])
  profile: string = 'standalone';

  /** A PostgreSQL to use instead of the embedded one; empty when there is none. */
  @Env('DATABASE_URL', { secret: true })
  @ValidateIf(({ databaseUrl }: HostingConfig) => databaseUrl !== '')
  @Matches(/^postgres(ql)?:\/\/[^\s/]+\/[^\s/?]+/, {
    message: 'must look like postgres://user:password@host:5432/database',
  })
  databaseUrl: string = '';

  /** The policy of the ai-worker, which has a consumer of its own on the bus; judged there. */
  @Env('AI_AUTO_ENRICH')
  @IsString()
  autoEnrich: string = 'off';
}

/** Servers that only one profile has. */
const DISTRIBUTED_ALONE = ['NATS_URL', 'REDIS_URL'];

/**
 * Reads and judges the configuration. Throws `CONFIG.INVALID` for wrong values, `HOST.PROFILE_MISMATCH` for settings that
 * do not go together, and `HOST.PROFILE_UNAVAILABLE` for a profile that this version does not have.
 */
export function loadHostingConfig(env: NodeJS.ProcessEnv): HostingConfig {
  const config = loadConfig(HostingConfig, env);
  if (config.profile === 'distributed') {
    throw new AppError(
      'invalid',
      'HOST.PROFILE_UNAVAILABLE',
      'PROFILE=distributed is not available in this version. Leave PROFILE unset, or set it to standalone.',
    );
  }
  const errors: ErrorDetail[] = DISTRIBUTED_ALONE.filter((name) => env[name]).map((name) => ({
    pointer: name,
    detail: 'is not used with PROFILE=standalone',
  }));
  if (errors.length > 0) {
    throw new AppError(
      'invalid',
      'HOST.PROFILE_MISMATCH',
      `PROFILE=standalone does not go with ${errors.map(({ pointer }) => pointer).join(' and ')}: the bus and the queue ` +
        'are kept in PostgreSQL. Unset it, or choose the profile that uses it.',
      { errors },
    );
  }
  return config;
}
