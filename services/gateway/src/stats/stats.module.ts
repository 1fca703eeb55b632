import { Module } from '@nestjs/common';
import { StatsReader } from './stats-reader.js';
import { StatsController } from './stats.controller.js';

@Module({ controllers: [StatsController], providers: [StatsReader] })
export class StatsModule {}
