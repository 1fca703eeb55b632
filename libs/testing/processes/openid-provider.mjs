// An OpenID provider as a process of its own, for tests: oidc-provider with accounts and misdeeds that a test tells it by
// `POST /test`. Each account signs in with any password on the provider's own page.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, importJWK, SignJWT, UnsecuredJWT, decodeJwt } from 'jose';

// oidc-provider is written for Node 22; this is what it lacks on 20.
URL.parse ??= (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);
const { Provider } = await import('oidc-provider');

const origins = (process.env.OIDC_REDIRECT_ORIGINS ?? '').split(',');

const server = createServer();
server.listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

/** Claims by account; what is not told has the name of the account alone. */
let accounts = {};
/** What becomes of ID tokens: changed claims, and by what they are signed. */
let misdeed = { claims: {}, sign: 'right' };
let signing;
let other;
let handle;

async function newKey() {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: randomUUID() };
}

async function startProvider() {
  signing = await newKey();
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'mcm',
        client_secret: 'the-secret-of-the-client',
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: origins.map((origin) => `${origin}/api/auth/oidc/callback`),
        post_logout_redirect_uris: origins.map((origin) => `${origin}/`),
      },
    ],
    jwks: { keys: [signing] },
    cookies: { keys: ['not a secret'] },
    claims: { openid: ['sub'], profile: ['name', 'groups', 'realm_access'], email: ['email'] },
    ttl: { IdToken: 3600, Session: 3600, Grant: 3600, Interaction: 600, AccessToken: 600 },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, name: accountId, ...accounts[accountId] }),
    }),
    // Signing in is all that this provider asks of a person.
    async loadExistingGrant({ oidc: { account, client, params } }) {
      const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
      grant.addOIDCScope(params.scope);
      await grant.save();
      return grant;
    },
  });
  provider.use(async (context, next) => {
    await next();
    if (context.path === '/token' && context.body?.id_token) {
      context.body.id_token = await forged(context.body.id_token);
    }
  });
  handle = provider.callback();
}

async function forged(idToken) {
  const { claims, sign } = misdeed;
  if (sign === 'right' && Object.keys(claims).length === 0) return idToken;
  const changed = Object.fromEntries(
    Object.entries({ ...decodeJwt(idToken), ...claims }).filter(([, value]) => value !== null),
  );
  if (sign === 'none') return new UnsecuredJWT(changed).encode();
  return new SignJWT(changed)
    .setProtectedHeader({ alg: 'RS256', kid: signing.kid })
    .sign(await importJWK(sign === 'other' ? other : signing, 'RS256'));
}

await startProvider();
server.on('request', async (request, response) => {
  if (request.url !== '/test') return handle(request, response);
  let text = '';
  for await (const chunk of request) text += chunk;
  const told = JSON.parse(text);
  accounts = { ...accounts, ...told.accounts };
  misdeed = { claims: {}, sign: 'right', ...told.misdeed };
  if (told.newKeys) await startProvider();
  if (misdeed.sign === 'other') other ??= await newKey();
  response.end();
});
process.stdin.resume().once('end', () => process.exit());
process.stdout.write(`${issuer}\n`);
