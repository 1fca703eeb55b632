import { HealthRegistry, MetricsRegistry, Public, Requires } from '@mcm/platform';
import { Controller, Get, HttpStatus, Query, Res } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { HealthDto, ReadinessDto } from './health.dto.js';

/** For load balancers, supervisors and Prometheus. */
@ApiTags('health')
// Supervisors and load balancers have no credentials.
@Public()
@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthRegistry,
    private readonly metrics: MetricsRegistry,
  ) {}

  @Get('health')
  @ApiOperation({ operationId: 'getHealth', summary: 'The process answers' })
  @ApiOkResponse({ type: HealthDto })
  @ApiProblems()
  alive(@Query() _query: NoParameters): HealthDto {
    return { status: 'ok' };
  }

  @Get('health/live')
  @ApiOperation({ operationId: 'getLiveness', summary: 'The process answers; restart it when this fails' })
  @ApiOkResponse({ type: HealthDto })
  @ApiProblems()
  live(@Query() _query: NoParameters): HealthDto {
    return { status: 'ok' };
  }

  @Get('health/ready')
  @ApiOperation({
    operationId: 'getReadiness',
    summary: 'Readiness, with the state of each part',
  })
  @ApiOkResponse({ type: ReadinessDto })
  @ApiServiceUnavailableResponse({ type: ReadinessDto, description: 'A part is down.' })
  @ApiProblems()
  async ready(
    @Query() _query: NoParameters,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReadinessDto> {
    const { ready, parts } = await this.health.report();
    if (!ready) void reply.status(HttpStatus.SERVICE_UNAVAILABLE);
    return { status: ready ? 'ok' : 'down', parts };
  }

  @Requires('read')
  @Get('metrics')
  @ApiOperation({ operationId: 'getMetrics', summary: "Metrics in Prometheus' text format" })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string' } })
  @ApiProblems()
  async figures(
    @Query() _query: NoParameters,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    void reply.type(this.metrics.contentType);
    return this.metrics.text();
  }
}
