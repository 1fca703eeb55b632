import { partTroubles } from './part-troubles';

it('is content when all parts are up', () => {
  expect(partTroubles({ status: 'ok', parts: { database: { status: 'up' } } })).toEqual([]);
});

it('names what does not work before what may not soon, with the reasons', () => {
  const troubles = partTroubles({
    status: 'down',
    parts: {
      consumers: { status: 'degraded', detail: '1270 messages wait' },
      rules: { status: 'degraded', detail: 'has its own page' },
      disk: { status: 'down', detail: '12 MB left' },
      windmill: { status: 'down', detail: 'no wind' },
    },
  });
  expect(troubles).toEqual([
    { part: 'disk', meaning: 'No further events are taken.', detail: '12 MB left' },
    { part: 'windmill', meaning: 'The part windmill does not work.', detail: 'no wind' },
    { part: 'consumers', meaning: 'Events wait: new findings come late.', detail: '1270 messages wait' },
  ]);
});
