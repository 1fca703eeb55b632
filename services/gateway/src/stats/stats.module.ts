import { StatsReader } from '@mcm/persistence';
import { Module } from '@nestjs/common';
import { StatsController } from './stats.controller.js';

@Module({ controllers: [StatsController], providers: [StatsReader] })
export class StatsModule {}
