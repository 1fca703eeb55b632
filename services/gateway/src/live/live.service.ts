import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

@Injectable()
export class LiveService {
  connect(_request: FastifyRequest, reply: FastifyReply): void {
    void reply.send('');
  }
}
