import 'reflect-metadata';
import { AppError, type ErrorDetail } from '@mcm/kernel';
import { validateSync } from 'class-validator';
import { readSecret, type SecretText } from './secret-variable.js';

interface EnvVariable {
  property: string;
  name: string;
  secret: boolean;
  /** Whether `<name>_FILE` may name a file with the value. */
  inFile: boolean;
}
const ENV_VARIABLES = Symbol('env-variables');

/**
 * Binds a property of a configuration slice to an environment variable. The property's declared type (string, number,
 * boolean, string[]) says how the text is read; its initial value is the default; class-validator's decorators say
 * what is allowed. Lists are separated by commas. A secret, and what is marked `inFile`, may also be in a file that
 * `<name>_FILE` names.
 */
export function Env(name: string, options: { secret?: boolean; inFile?: boolean } = {}): PropertyDecorator {
  const secret = options.secret ?? false;
  const inFile = options.inFile ?? secret;
  return (target, property) => {
    const known = (Reflect.getMetadata(ENV_VARIABLES, target) as EnvVariable[] | undefined) ?? [];
    Reflect.defineMetadata(
      ENV_VARIABLES,
      [...known, { property: String(property), name, secret, inFile }],
      target,
    );
  };
}

/** The environment variables that a slice reads. */
export function variablesOf(slice: new () => object): readonly Readonly<EnvVariable>[] {
  return (Reflect.getMetadata(ENV_VARIABLES, slice.prototype as object) as EnvVariable[] | undefined) ?? [];
}

function read(text: string, type: unknown): { value: unknown } | { fault: string } {
  switch (type) {
    case Number: {
      const value = Number(text);
      return text.trim() !== '' && Number.isFinite(value) ? { value } : { fault: 'must be a number' };
    }
    case Boolean:
      if (/^(true|1|yes|on)$/i.test(text)) return { value: true };
      if (/^(false|0|no|off)$/i.test(text)) return { value: false };
      return { fault: 'must be true or false' };
    case Array:
      return {
        value: text
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== ''),
      };
    default:
      return { value: text };
  }
}

/**
 * Reads one slice of the configuration. An unset or empty variable leaves the default.
 *
 * @throws AppError `CONFIG.INVALID` that lists every faulty variable by name, and never a value: it could be a secret.
 */
export function loadConfig<T extends object>(Slice: new () => T, env: NodeJS.ProcessEnv): T {
  const slice = new Slice();
  const values = slice as Record<string, unknown>;
  const faults: ErrorDetail[] = [];
  const nameOf = new Map<string, string>();
  const unread = new Set<string>();
  for (const { property, name, inFile } of variablesOf(Slice)) {
    nameOf.set(property, name);
    const given: SecretText = inFile ? readSecret(env, name) : { text: env[name] ?? '' };
    if ('fault' in given) {
      faults.push({ pointer: given.pointer, detail: given.fault });
      // Whatever else there is to say about the value is about the default.
      unread.add(name);
      continue;
    }
    const { text } = given;
    if (text === '') continue;
    const result = read(text, Reflect.getMetadata('design:type', Slice.prototype as object, property));
    if ('fault' in result) faults.push({ pointer: name, detail: result.fault });
    else values[property] = result.value;
  }
  const faulty = new Set([...unread, ...faults.map((fault) => fault.pointer)]);
  for (const error of validateSync(slice, { forbidUnknownValues: false })) {
    const name = nameOf.get(error.property) ?? error.property;
    if (faulty.has(name)) continue;
    for (const text of Object.values(error.constraints ?? {})) {
      faults.push({ pointer: name, detail: text.replace(error.property, '').trim() });
    }
  }
  if (faults.length > 0) {
    const list = faults.map((fault) => `${fault.pointer} ${fault.detail}`).join('; ');
    throw new AppError('invalid', 'CONFIG.INVALID', `The configuration is not valid: ${list}`, {
      errors: faults,
    });
  }
  return slice;
}
