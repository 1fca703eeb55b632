import { parseName, runFolder } from './run-name.js';

it('finds the run in the name of a file', () => {
  expect(parseName(`${runFolder({ day: '2026-01-15', run: 12 })}0001.parquet`)).toEqual({
    day: '2026-01-15',
    run: 12,
    file: '0001.parquet',
  });
});

it.each([
  '',
  'events/day=2026-01-15/run=1/',
  'events/day=2026-02-30/run=1/manifest.json',
  'events/day=2026-01-15/run=0/manifest.json',
  'events/day=2026-01-15/run=1/sub/manifest.json',
  'events/day=2026-01-15/run=../manifest.json',
  'x/events/day=2026-01-15/run=1/manifest.json',
])('finds none in %j', (name) => {
  expect(parseName(name)).toBeNull();
});
