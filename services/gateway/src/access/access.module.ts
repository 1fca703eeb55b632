import { PermissionGuard } from '@mcm/platform';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthController } from './auth.controller.js';
import { Authenticator } from './authenticator.js';

/** Who sends a request, and whether the route is open to the sender. */
@Module({
  controllers: [AuthController],
  providers: [Authenticator, { provide: APP_GUARD, useClass: PermissionGuard }],
  exports: [Authenticator],
})
export class AccessModule {}
