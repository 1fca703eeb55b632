import type { ApplicationLogin } from '@mcm/persistence';
import { Env } from '@mcm/platform';
import { Matches } from 'class-validator';

/** The login of the services, which the process that migrates creates and updates. */
export class ApplicationLoginConfig {
  @Env('DATABASE_APP_USER')
  @Matches(/^[a-z_][a-z0-9_]{0,62}$/, {
    message: 'must be a name of lower-case letters, digits and underscores',
  })
  role: string = 'mcm_app';

  /** Empty: services log in as the owner of the database. */
  @Env('DATABASE_APP_PASSWORD', { secret: true })
  @Matches(/^[\x20-\x7e]*$/, { message: 'must consist of printable ASCII characters' })
  password: string = '';

  get login(): ApplicationLogin | null {
    return this.password === '' ? null : { role: this.role, password: this.password };
  }
}
