import type { IncomingMessage } from 'node:http';
import { AllowedHosts } from './allowed-hosts.js';

const hosts = new AllowedHosts([
  'Monitor.Example.org',
  'gateway',
  '192.0.2.7',
  '2001:db8:0::1',
  'münchen.example',
]);

function codeFor(
  host: string | string[],
  { url = '/health', localAddress = '127.0.0.1' } = {},
): string | null {
  const rawHeaders = [host].flat().flatMap((value, at) => [at % 2 === 0 ? 'Host' : 'HOST', value]);
  const request = { rawHeaders, url, socket: { localAddress } } as unknown as IncomingMessage;
  return hosts.fault(request)?.code ?? null;
}

it.each([
  'localhost',
  'localhost:8000',
  'LocalHost.:8000',
  '127.0.0.1:8000',
  '127.8.9.1',
  '[::1]:8000',
  '[0:0:0:0:0:0:0:1]',
  'monitor.example.org',
  'MONITOR.example.ORG.:443',
  'gateway:8000',
  '192.0.2.7:81',
  '[2001:DB8::1]',
  'xn--mnchen-3ya.example',
])('answers for %s', (host) => {
  expect(codeFor(host)).toBeNull();
});

it.each([
  'evil.test',
  'localhost.evil.test',
  'evil-localhost',
  '127.0.0.1.evil.test',
  'sub.monitor.example.org',
  'gateway.evil',
  '192.0.2.8',
  '0.0.0.0:8000',
  '[::]',
  '[::ffff:192.0.2.8]',
])('does not answer for %s', (host) => {
  expect(codeFor(host)).toBe('REQUEST.HOST_NOT_ALLOWED');
});

it.each([
  '',
  ':8000',
  'localhost:x',
  'localhost:8000:8000',
  'localhost@evil.test',
  'localhost/evil',
  'local host',
  '[::1',
  '..',
  'a..b',
  'localhost,evil.test',
])('takes %j for no host', (host) => {
  expect(codeFor(host)).toMatch(/^REQUEST\.HOST_(INVALID|NOT_ALLOWED)$/);
});

it('insists on exactly one', () => {
  expect(codeFor([])).toBe('REQUEST.HOST_INVALID');
  expect(codeFor(['localhost', 'localhost'])).toBe('REQUEST.HOST_INVALID');
  expect(codeFor(['localhost', 'evil.test'])).toBe('REQUEST.HOST_INVALID');
});

it('judges the address in the first line, too', () => {
  expect(codeFor('localhost', { url: 'http://localhost:8000/health' })).toBeNull();
  expect(codeFor('localhost', { url: '*' })).toBeNull();
  expect(codeFor('localhost', { url: 'http://evil.test/health' })).toBe('REQUEST.HOST_NOT_ALLOWED');
  expect(codeFor('evil.test', { url: 'http://localhost/health' })).toBe('REQUEST.HOST_NOT_ALLOWED');
  expect(codeFor('localhost', { url: 'http://localhost@evil.test/' })).toBe('REQUEST.HOST_INVALID');
});

it('answers for the address that a connection came in on, as probes and scrapers ask', () => {
  expect(codeFor('10.1.2.3:9000', { localAddress: '10.1.2.3' })).toBeNull();
  expect(codeFor('10.1.2.3:9000', { localAddress: '::ffff:10.1.2.3' })).toBeNull();
  expect(codeFor('[fe80::1]:9000', { localAddress: 'fe80::1%eth0' })).toBeNull();
  expect(codeFor('10.1.2.4:9000', { localAddress: '10.1.2.3' })).toBe('REQUEST.HOST_NOT_ALLOWED');
});
