import { AllowedMethods } from './allowed-methods.js';

it('knows the methods of a path by its routes', () => {
  const methods = new AllowedMethods();
  methods.add('/', 'GET');
  methods.add('/events', ['GET', 'HEAD']);
  methods.add('/events', 'POST');
  methods.add('/findings/:id/enrich_with_ai', 'POST');
  methods.add('/docs/a.css', 'GET');
  methods.add('*', 'OPTIONS');
  expect(methods.of('/events')).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST']);
  expect(methods.of('/events/')).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST']);
  expect(methods.of('/findings/7/enrich_with_ai')).toEqual(['OPTIONS', 'POST']);
  expect(methods.of('/findings/7/8/enrich_with_ai')).toEqual([]);
  expect(methods.of('/docs/abcss')).toEqual([]);
  expect(methods.of('/')).toEqual(['GET', 'OPTIONS']);
  expect(methods.of('/event')).toEqual([]);
});
