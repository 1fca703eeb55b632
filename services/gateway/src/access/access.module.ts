import { PermissionGuard } from '@mcm/platform';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuditModule } from '../audit/audit.module.js';
import { KeyRing } from '../keys/key-ring.js';
import { KeysController } from '../keys/keys.controller.js';
import { KeysService } from '../keys/keys.service.js';
import { AttemptCookie } from '../oidc/attempt-cookie.js';
import { OidcAttempts } from '../oidc/attempts.js';
import { OidcController } from '../oidc/oidc.controller.js';
import { OidcService } from '../oidc/oidc.service.js';
import { OpenIdProvider } from '../oidc/openid-provider.js';
import { ProviderPeople } from '../oidc/provider-people.js';
import { PeopleController } from '../people/people.controller.js';
import { PeopleService } from '../people/people.service.js';
import { SessionCookie } from '../sessions/session-cookie.js';
import { SessionsController } from '../sessions/sessions.controller.js';
import { Sessions } from '../sessions/sessions.js';
import { LinksService } from '../sign-in/links.service.js';
import { OneTimeLinks } from '../sign-in/one-time-links.js';
import { OwnAccountController } from '../sign-in/own-account.controller.js';
import { OwnAccountService } from '../sign-in/own-account.service.js';
import { Passwords } from '../sign-in/passwords.js';
import { SetUp } from '../sign-in/set-up.js';
import { SignInController } from '../sign-in/sign-in.controller.js';
import { SignInThrottle } from '../sign-in/sign-in-throttle.js';
import { SignInService } from '../sign-in/sign-in.service.js';
import { AccessMemory } from './access-memory.js';
import { AuthController } from './auth.controller.js';
import { Authenticator } from './authenticator.js';

/** Who sends a request, and whether the route is open to the sender: people, sessions, keys. */
@Module({
  imports: [AuditModule],
  controllers: [
    AuthController,
    SignInController,
    OidcController,
    OwnAccountController,
    SessionsController,
    PeopleController,
    KeysController,
  ],
  providers: [
    AccessMemory,
    AttemptCookie,
    Authenticator,
    KeyRing,
    KeysService,
    LinksService,
    OidcAttempts,
    OidcService,
    OpenIdProvider,
    ProviderPeople,
    OneTimeLinks,
    OwnAccountService,
    Passwords,
    PeopleService,
    SessionCookie,
    Sessions,
    SetUp,
    SignInService,
    SignInThrottle,
    { provide: APP_GUARD, useClass: PermissionGuard },
  ],
  exports: [Authenticator, KeyRing, Sessions],
})
export class AccessModule {}
