import { loadConfig } from '@mcm/platform';
import { GatewayConfig } from '../gateway.config.js';
import { parseRoleMapping, roleOf } from './role-mapping.js';

const roles = (entries: string[]) => {
  const mapping = parseRoleMapping(entries);
  if ('fault' in mapping) throw new Error(mapping.fault);
  return mapping.roles;
};

it.each([
  [{ groups: ['staff', 'admins'] }, 'groups', 'admin'],
  [{ groups: 'staff' }, 'groups', 'viewer'],
  [{ realm_access: { roles: ['staff'] } }, 'realm_access.roles', 'viewer'],
  [{ 'https://example.org/roles': ['admins'] }, 'https://example.org/roles', 'admin'],
  [{ groups: ['CN=sec,OU=it'] }, 'groups', 'analyst'],
  [{ groups: ['Staff', 'STAFF', ' staff'] }, 'groups', null],
  [{ groups: { staff: true } }, 'groups', null],
  [{ groups: ['__proto__', 'constructor'] }, 'groups', null],
  [{}, '__proto__.roles', null],
  [{}, 'groups', null],
])('of %j by %s is %s', (claims, claim, role) => {
  expect(roleOf(claims, claim, roles(['staff=viewer', 'admins=admin', 'CN%3Dsec%2COU=it=analyst']))).toBe(
    role,
  );
});

it.each([['staff'], ['=admin'], ['staff=owner'], ['%=admin'], ['staff=admin,staff=viewer']])(
  'refuses %j',
  (text) => {
    expect(parseRoleMapping(text.split(','))).toHaveProperty('fault');
  },
);

const oidc = {
  AUTH_MODE: 'oidc',
  OIDC_ISSUER: 'https://id.example.org',
  OIDC_CLIENT_ID: 'mcm',
  OIDC_ROLES: 'a=admin',
};
it.each([
  [{}, /OIDC_ISSUER.*OIDC_CLIENT_ID.*OIDC_ROLES/],
  [{ ...oidc, OIDC_ISSUER: 'http://id.example.org' }, /OIDC_ISSUER must begin with https/],
  [{ ...oidc, OIDC_ISSUER: 'https://a:b@id.example.org' }, /OIDC_ISSUER/],
  [{ ...oidc, OIDC_ROLES: 'a=owner' }, /OIDC_ROLES must be a list/],
  [{ ...oidc, OIDC_DEFAULT_ROLE: 'owner' }, /OIDC_DEFAULT_ROLE/],
  [{ ...oidc, OIDC_SCOPES: 'profile' }, /OIDC_SCOPES.*openid/],
])('refuses the settings %j', (env, fault) => {
  expect(() => loadConfig(GatewayConfig, { AUTH_MODE: 'oidc', ...env })).toThrow(fault);
});

it('needs none of the settings in other modes', () => {
  expect(loadConfig(GatewayConfig, {}).signsInLocally()).toBe(false);
  expect(loadConfig(GatewayConfig, oidc).signsInLocally()).toBe(false);
  expect(loadConfig(GatewayConfig, { ...oidc, OIDC_LOCAL_SIGN_IN: 'true' }).signsInLocally()).toBe(true);
});
