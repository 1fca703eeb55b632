import type { Role } from '@mcm/contracts';
import { Env, NetworkConfig } from '@mcm/platform';
import { IsIn, Matches, MaxLength, ValidateBy, ValidateIf, type ValidationArguments } from 'class-validator';
import { parseRoleMapping, ROLE_CHOICES, type RoleChoice } from './role-mapping.js';

/** How a setting is judged in AUTH_MODE=oidc; in other modes it is not looked at. */
function InOidcMode(fault: (config: OidcConfig) => string | null): PropertyDecorator {
  const faultOf = (args?: ValidationArguments) => fault(args?.object as OidcConfig);
  return (target, property) => {
    ValidateIf(({ authMode }: OidcConfig) => authMode === 'oidc')(target, property);
    ValidateBy({
      name: 'oidc',
      validator: {
        validate: (_value: unknown, args?: ValidationArguments) => faultOf(args) === null,
        defaultMessage: (args?: ValidationArguments) => faultOf(args) ?? '',
      },
    })(target, property);
  };
}

/** Settings of the sign-in with an OpenID provider. */
export class OidcConfig extends NetworkConfig {
  /** The issuer of the OpenID provider: the address below which `/.well-known/openid-configuration` is. */
  @Env('OIDC_ISSUER')
  @InOidcMode(({ oidcIssuer }) => issuerFault(oidcIssuer))
  oidcIssuer: string = '';

  /** The id under which this installation is registered with the provider. */
  @Env('OIDC_CLIENT_ID')
  @InOidcMode(({ oidcClientId }) => (oidcClientId === '' ? 'must be set with AUTH_MODE=oidc' : null))
  oidcClientId: string = '';

  /** The secret that belongs to the id; empty for a client without one, which PKCE alone protects. */
  @Env('OIDC_CLIENT_SECRET', { secret: true })
  oidcClientSecret: string = '';

  /** What the provider is asked for, separated by blanks. */
  @Env('OIDC_SCOPES')
  @Matches(/^([!#-[\]-~]+ )*openid( [!#-[\]-~]+)*$/, {
    message: 'must be a list such as "openid profile email", separated by blanks, with openid in it',
  })
  oidcScopes: string = 'openid profile email';

  /** What the button for the sign-in names. */
  @Env('OIDC_NAME')
  @MaxLength(60)
  oidcName: string = 'single sign-on';

  /** The claim with the groups or roles of a person: its name, or a path such as `realm_access.roles`. */
  @Env('OIDC_ROLE_CLAIM')
  @MaxLength(200)
  oidcRoleClaim: string = 'groups';

  /** Which value of the claim gives which role: `security-team=admin`. A comma in a value is written `%2C`. */
  @Env('OIDC_ROLES')
  @InOidcMode(({ oidcRoles, oidcDefaultRole }) => {
    const mapping = parseRoleMapping(oidcRoles);
    if ('fault' in mapping) return mapping.fault;
    if (mapping.roles.size > 0 || oidcDefaultRole !== 'none') return null;
    return 'must name a role, such as security-team=admin, or OIDC_DEFAULT_ROLE must: as it is, each person is refused';
  })
  oidcRoles: string[] = [];

  /** The role of people for whom OIDC_ROLES names none; `none` refuses them. */
  @Env('OIDC_DEFAULT_ROLE')
  @IsIn(ROLE_CHOICES)
  oidcDefaultRole: RoleChoice = 'none';

  /** Whether people with a password can sign in, too: a way in while the provider is down. */
  @Env('OIDC_LOCAL_SIGN_IN')
  oidcLocalSignIn: boolean = false;

  /** Whether people can sign in with a password. */
  signsInLocally(): boolean {
    return this.authMode === 'local' || (this.authMode === 'oidc' && this.oidcLocalSignIn);
  }

  /** The roles by value of the claim. */
  rolesOfClaim(): ReadonlyMap<string, Role> {
    const mapping = parseRoleMapping(this.oidcRoles);
    return 'fault' in mapping ? new Map() : mapping.roles;
  }
}

function issuerFault(issuer: string): string | null {
  if (!URL.canParse(issuer)) return 'must be the address of the provider with AUTH_MODE=oidc';
  const { protocol, hostname, search, hash, username } = new URL(issuer);
  if (search !== '' || hash !== '' || username !== '') return 'must be an address without ?, # and name';
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (protocol === 'https:' || (protocol === 'http:' && isHere)) return null;
  return 'must begin with https://';
}
