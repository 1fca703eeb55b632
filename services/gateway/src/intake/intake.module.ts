import { Module } from '@nestjs/common';
import { IntakeController } from './intake.controller.js';
import { IntakeService } from './intake.service.js';
import { OktaVerificationController } from './okta-verification.controller.js';

@Module({ controllers: [IntakeController, OktaVerificationController], providers: [IntakeService] })
export class IntakeModule {}
