import { SourceList, SOURCES } from '@mcm/sources';
import { doors } from '@mcm/sources/testing';
import type { FastifyRequest } from 'fastify';
import { KeepingIntake } from '../../test/running-gateway.js';
import { IntakeService } from './intake.service.js';

describe('the headers that are passed on', () => {
  const sources = new SourceList([...SOURCES, doors]);
  const every = [...sources].flatMap(({ headers }) => headers);

  it.each([...sources])('to the source $name are those that it names', async ({ name, headers }) => {
    const intake = new KeepingIntake();
    const sent = Object.fromEntries([...every, 'content-type', 'cookie'].map((header) => [header, 'x']));
    const request = { id: 'request-1', headers: sent, body: Buffer.alloc(0) } as unknown as FastifyRequest;
    await new IntakeService(intake, sources).submitRecords(name, request);
    expect(Object.keys(intake.submissions[0]!.headers).sort()).toEqual([...headers, 'content-type'].sort());
  });
});
