import { SourceList, SOURCES } from '@mcm/sources';
import { Module } from '@nestjs/common';
import { handshakeController } from './handshake.controller.js';
import { IntakeController } from './intake.controller.js';
import { IntakeService } from './intake.service.js';

const handshakes = [...SOURCES].flatMap(({ name, handshake }) =>
  handshake === undefined ? [] : [handshakeController(name, handshake)],
);

@Module({
  controllers: [IntakeController, ...handshakes],
  providers: [IntakeService, { provide: SourceList, useValue: SOURCES }],
})
export class IntakeModule {}
