import { AUTH_MODES, type AuthMode } from '@mcm/contracts';
import { IsIn, IsNotEmpty, Matches, ValidateBy, ValidateIf, type ValidationArguments } from 'class-validator';
import { Env } from '../config/config-slice.js';
import { AllowedHosts } from './allowed-hosts.js';
import { canonicalHost, isLoopback } from './host-names.js';

/** Where a process listens, and under which names it may be asked. The slices of processes that listen extend it. */
export class NetworkConfig {
  /** Address to listen on. */
  @Env('HOST')
  @IsNotEmpty()
  @RefusesOpenNetwork()
  host: string = '127.0.0.1';

  /** Where a container engine publishes the port of a process that listens on all addresses of its container. */
  @Env('PUBLISH_ADDRESS')
  publishAddress: string = '';

  /** How callers are known; with `open` they are not, and only this machine is answered. */
  @Env('AUTH_MODE', { inFile: true })
  @IsIn(AUTH_MODES, { message: 'must be open, local or oidc' })
  authMode: AuthMode = 'open';

  /** The address under which people open the dashboard, when a proxy or another machine leads there. */
  @Env('PUBLIC_URL')
  @ValidateIf(({ publicUrl }: NetworkConfig) => publicUrl !== '')
  @Matches(/^https?:\/\/[^\s/?#@]+\/?$/, { message: 'must be an origin such as https://monitor.example.org' })
  @KeepsPasswordsSecret()
  publicUrl: string = '';

  /** Names and addresses, without a port, under which this process may be asked beside loopback and PUBLIC_URL. */
  @Env('ALLOWED_HOSTS')
  @ValidateBy({
    name: 'hostNames',
    validator: {
      validate: (names: unknown) =>
        Array.isArray(names) && names.every((name) => canonicalHost(name) !== null),
      defaultMessage: () =>
        'must be a list of names or addresses without a port, such as monitor.example.org',
    },
  })
  allowedHosts: string[] = [];

  /** The hosts that a server of this process answers for. */
  hosts(): AllowedHosts {
    return new AllowedHosts([
      ...this.allowedHosts,
      ...(this.publicUrl === '' ? [] : [new URL(this.publicUrl).hostname]),
    ]);
  }

  /** The origin of PUBLIC_URL; none when that is not set. */
  publicOrigins(): string[] {
    return this.publicUrl === '' ? [] : [new URL(this.publicUrl).origin];
  }

  /**
   * The header with which a browser asks by https alone from then on (RFC 6797), for a year; none where PUBLIC_URL does not
   * begin with https. A browser takes it only from an encrypted answer.
   */
  transportSecurity(): Record<string, string> {
    return this.publicUrl.startsWith('https:')
      ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }
      : {};
  }
}

function RefusesOpenNetwork(): PropertyDecorator {
  return ValidateBy({
    name: 'openNetwork',
    validator: {
      validate: (_host: unknown, args?: ValidationArguments) => !isOpen(args?.object as NetworkConfig),
      defaultMessage: () =>
        'leads beyond this machine (or PUBLISH_ADDRESS does), and without sign-in any client that reaches the port could ' +
        'read and change everything. Set AUTH_MODE=local, so that people sign in and programs have keys, or keep HOST and ' +
        'PUBLISH_ADDRESS on 127.0.0.1',
    },
  });
}

function KeepsPasswordsSecret(): PropertyDecorator {
  return ValidateBy({
    name: 'encrypted',
    validator: {
      validate: (url: unknown, args?: ValidationArguments) =>
        (args?.object as NetworkConfig).authMode === 'open' || !sendsInClear(String(url)),
      defaultMessage: () =>
        'must begin with https:// where people sign in: their passwords would cross the network in clear. Let a proxy with ' +
        'TLS lead here',
    },
  });
}

function sendsInClear(url: string): boolean {
  return (
    url.startsWith('http:') && URL.canParse(url) && !isLoopback(canonicalHost(new URL(url).hostname) ?? '')
  );
}

/** A container has to listen on all of its addresses: there the address on which its port is published decides. */
function isOpen({ host, publishAddress, authMode }: NetworkConfig): boolean {
  const address = canonicalHost(publishAddress === '' ? host : publishAddress);
  return authMode === 'open' && (address === null || !isLoopback(address));
}
