import {
  IsBoolean,
  IsNotEmpty,
  Matches,
  ValidateBy,
  ValidateIf,
  type ValidationArguments,
} from 'class-validator';
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

  /** Accepts that any client that reaches the port can read and change everything: there is no sign-in yet. */
  @Env('ALLOW_OPEN_NETWORK')
  @IsBoolean()
  allowOpenNetwork: boolean = false;

  /** The address under which people open the dashboard, when a proxy or another machine leads there. */
  @Env('PUBLIC_URL')
  @ValidateIf(({ publicUrl }: NetworkConfig) => publicUrl !== '')
  @Matches(/^https?:\/\/[^\s/?#@]+\/?$/, { message: 'must be an origin such as https://monitor.example.org' })
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
}

function RefusesOpenNetwork(): PropertyDecorator {
  return ValidateBy({
    name: 'openNetwork',
    validator: {
      validate: (_host: unknown, args?: ValidationArguments) => !isOpen(args?.object as NetworkConfig),
      defaultMessage: () =>
        'leads beyond this machine (or PUBLISH_ADDRESS does), and there is no sign-in yet: any client that reaches the port ' +
        'could read and change everything. Keep HOST and PUBLISH_ADDRESS on 127.0.0.1 and put a proxy with a sign-in ' +
        'in front, or accept the risk with ALLOW_OPEN_NETWORK=true',
    },
  });
}

/** A container has to listen on all of its addresses: there the address on which its port is published decides. */
function isOpen({ host, publishAddress, allowOpenNetwork }: NetworkConfig): boolean {
  const address = canonicalHost(publishAddress === '' ? host : publishAddress);
  return !allowOpenNetwork && (address === null || !isLoopback(address));
}
