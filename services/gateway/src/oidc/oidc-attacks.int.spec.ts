import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { createLogger, loadConfig } from '@mcm/platform';
import { failed, type OidcGateway, oidcSettings, startOidcGateway } from '../../test/oidc-gateway.js';
import { locationOf } from '../../test/provider-browser.js';
import type { RunningGateway } from '../../test/running-gateway.js';
import { DASHBOARD } from '../../test/signed-in.js';
import { GatewayConfig } from '../gateway.config.js';
import { OpenIdProvider } from './openid-provider.js';

let oidc: OidcGateway;
let gateway: RunningGateway;
let provider: OidcGateway['provider'];
let browser: OidcGateway['browser'];
beforeAll(async () => {
  oidc = await startOidcGateway();
  ({ gateway, provider, browser } = oidc);
}, 60_000);
afterAll(() => oidc.close());

const secondsFromNow = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

it('takes each return once, and only from the browser that was sent', async () => {
  await provider.behave({ accounts: { gus: { groups: ['staff'] } } });
  const gus = browser();
  const back = await gus.returnFrom('gus');
  // A victim who is made to follow the attacker's return has no cookie for it.
  expect(locationOf(await browser().open(back))).toBe(failed('AUTH.OIDC_EXPIRED'));
  const attempt = gus.cookie('mcm-oidc')!;
  const opened = [gus, browser()];
  opened[1]!.cookies.set(`${DASHBOARD} mcm-oidc`, attempt);
  const pages = await Promise.all(opened.map(async (each) => locationOf(await each.open(back))));
  expect(pages.sort()).toEqual([`${DASHBOARD}/`, failed('AUTH.OIDC_EXPIRED')].sort());
});

it.each([
  ['another state', (url: URL) => url.searchParams.set('state', 'x')],
  ['no state', (url: URL) => url.searchParams.delete('state')],
  ['two states', (url: URL) => url.searchParams.append('state', 'x')],
  ['a code that was made up', (url: URL) => url.searchParams.set('code', 'x')],
  ['two codes', (url: URL) => url.searchParams.append('code', 'x')],
  ['no code', (url: URL) => url.searchParams.delete('code')],
  ['the issuer of another provider', (url: URL) => url.searchParams.set('iss', 'https://evil.example')],
  ['an ID token in the address', (url: URL) => url.searchParams.set('response', 'e30.e30.')],
])('refuses a return with %s', async (_, change) => {
  await provider.behave({ accounts: { hal: { groups: ['security-team'] } } });
  const hal = browser();
  const url = new URL(await hal.returnFrom('hal'));
  change(url);
  expect(locationOf(await hal.open(url.href))).toBe(failed('AUTH.OIDC_INVALID'));
  expect(hal.cookie('mcm')).toBeUndefined();
});

it('refuses the code of another browser (code injection)', async () => {
  await provider.behave({ accounts: { victim: { groups: ['security-team'] }, ivan: { groups: ['staff'] } } });
  const [victim, ivan] = [browser(), browser()];
  const stolen = new URL(await victim.returnFrom('victim')).searchParams.get('code')!;
  const url = new URL(await ivan.returnFrom('ivan'));
  url.searchParams.set('code', stolen);
  expect(locationOf(await ivan.open(url.href))).toBe(failed('AUTH.OIDC_INVALID'));
});

it.each([
  ['for another client', { claims: { aud: 'another' } }],
  ['for several clients, made for another', { claims: { aud: ['mcm', 'another'], azp: 'another' } }],
  ['of another issuer', { claims: { iss: 'https://evil.example' } }],
  ['with another nonce', { claims: { nonce: 'x' } }],
  ['without a nonce', { claims: { nonce: null } }],
  ['without a subject', { claims: { sub: null } }],
  ['with an endless subject', { claims: { sub: 'x'.repeat(256) } }],
  ['with a NUL in its subject', { claims: { sub: 'a\u0000b' } }],
  ['that has expired', { claims: { exp: 1_700_000_000 } }],
  ['that expired further back than clocks differ', { claims: { exp: secondsFromNow(-60) } }],
  ['that is not valid yet', { claims: { nbf: secondsFromNow(300) } }],
  ['without an end', { claims: { exp: null } }],
  ['signed by another key', { sign: 'other' }],
  ['without a signature', { sign: 'none' }],
] as const)('refuses an ID token %s', async (_, misdeed) => {
  await provider.behave({ accounts: { jo: { groups: ['security-team'] } }, misdeed });
  expect(await browser().signIn('jo')).toBe(failed('AUTH.OIDC_INVALID'));
});

it('is started on pages of the product only, and comes back from anywhere', async () => {
  const followed = {
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
    'sec-fetch-site': 'cross-site',
  };
  // `fetch` has its own values for these headers.
  const statusOf = async (path: string, headers: Record<string, string>) => {
    const asked = request(`${gateway.url}${path}`, { headers }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  };
  expect(await statusOf('/auth/oidc/start', followed)).toBe(403);
  expect(await statusOf('/auth/oidc/callback', followed)).toBe(303);
  // Not as an image or a frame of a page elsewhere.
  expect(await statusOf('/auth/oidc/callback', { ...followed, 'sec-fetch-dest': 'iframe' })).toBe(403);
});

it('takes a token from a clock that is a little wrong', async () => {
  await provider.behave({
    accounts: { lou: { groups: ['staff'] } },
    misdeed: { claims: { exp: secondsFromNow(-10), iat: secondsFromNow(20), nbf: secondsFromNow(20) } },
  });
  expect(await browser().signIn('lou')).toBe(`${DASHBOARD}/`);
});

const clientOf = (issuer: string) =>
  new OpenIdProvider(
    loadConfig(GatewayConfig, oidcSettings(issuer)),
    createLogger({ service: 'test', level: 'fatal' }),
  );

it('refuses a provider that names another issuer', async () => {
  // The same server under another name.
  const client = clientOf(provider.issuer.replace('127.0.0.1', 'localhost'));
  await expect(client.challenge()).rejects.toMatchObject({ code: 'AUTH.OIDC_INVALID' });
});

it.each<[string, (response: ServerResponse) => void]>([
  ['answers without end', (response) => Readable.from(blanks()).pipe(response)],
  ['has a fault', (response) => response.writeHead(500).end()],
])('takes a provider that %s for one that is away', async (_, answer) => {
  const server = createServer((_asked, response) => answer(response)).listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const client = clientOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await expect(client.challenge()).rejects.toMatchObject({ code: 'AUTH.OIDC_UNAVAILABLE' });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

function* blanks(): Generator<string> {
  for (;;) yield ' '.repeat(65_536);
}

it('says that the provider is away, and goes on with everything else', async () => {
  const mia = browser();
  const back = await mia.returnFrom('mia');
  await provider.stop();
  expect(locationOf(await mia.open(back))).toBe(failed('AUTH.OIDC_UNAVAILABLE'));
  expect(locationOf(await mia.api('GET', '/auth/oidc/start?return_to=/rules'))).toBe(
    `${DASHBOARD}/rules#sign-in-failed=AUTH.OIDC_UNAVAILABLE`,
  );
  expect((await gateway.get('/auth')).status).toBe(200);
});
