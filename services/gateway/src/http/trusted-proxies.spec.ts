import { eventually } from '@mcm/testing';
import { isProxyEntry, TrustedProxies } from './trusted-proxies.js';

const proxies = (...entries: string[]) =>
  new TrustedProxies(entries, (error) => {
    throw error;
  });

it('believes no proxy unless it is told to', () => {
  expect(proxies().trusts('127.0.0.1')).toBe(false);
  expect(proxies('10.0.0.7').trusts('not an address')).toBe(false);
});

it('believes addresses and networks, however they are written', () => {
  const { trusts } = proxies('10.0.0.7', '172.16.0.0/12', '2001:db8::/32');
  for (const address of ['10.0.0.7', '::ffff:10.0.0.7', '172.31.255.1', '2001:db8:1::7']) {
    expect([address, trusts(address)]).toEqual([address, true]);
  }
  for (const address of ['10.0.0.8', '172.32.0.1', '2001:db9::1', '::1']) {
    expect([address, trusts(address)]).toEqual([address, false]);
  }
});

it('looks names up when it has to, and believes no proxy while it cannot', async () => {
  const { trusts } = proxies('localhost');
  await eventually(() => trusts('127.0.0.1') || trusts('::1'));
  expect(trusts('192.0.2.1')).toBe(false);

  const faults: unknown[] = [];
  const unknown = new TrustedProxies(['nowhere.invalid'], (error) => faults.push(error));
  expect(unknown.trusts('127.0.0.1')).toBe(false);
  await eventually(() => faults.length === 1);
  expect(unknown.trusts('127.0.0.1')).toBe(false);
});

it('knows what can be an entry', () => {
  for (const entry of ['10.0.0.7', '10.0.0.0/8', '::1', 'fd00::/8', 'web', 'web.monitor.svc.cluster.local']) {
    expect([entry, isProxyEntry(entry)]).toEqual([entry, true]);
  }
  for (const entry of [
    '10.0.0.0/33',
    '10.0.0',
    '10.0.0.0/8/8',
    'web/8',
    'http://web',
    '*',
    '',
    'fd00::/129',
  ]) {
    expect([entry, isProxyEntry(entry)]).toEqual([entry, false]);
  }
});
