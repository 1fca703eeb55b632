import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { LiveController } from './live.controller.js';
import { LiveService } from './live.service.js';
import { StreamCredentials } from './stream-credentials.js';

@Module({
  controllers: [LiveController],
  imports: [AccessModule],
  providers: [LiveService, StreamCredentials],
})
export class LiveModule {}
