import { AppError, type ErrorDetail } from '@mcm/kernel';
import { readSecret } from '@mcm/platform';
import { secretVariable, type SourceList } from '@mcm/sources';

/** Longest secret, in characters. */
const LONGEST = 1024;

/** The secrets with which vendors prove that records are theirs. */
export class SourceSecrets {
  /** @param secrets by the names of sources */
  constructor(private readonly secrets: Readonly<Record<string, string>>) {}

  /**
   * Reads the secret of each source that can be verified, see {@link secretVariable}, from its variable or its file.
   *
   * @throws AppError `CONFIG.INVALID` that names the variables, and never a value
   */
  static load(sources: SourceList, env: NodeJS.ProcessEnv): SourceSecrets {
    const secrets: Record<string, string> = {};
    const errors: ErrorDetail[] = [];
    for (const { name, verification } of sources) {
      const variable = secretVariable(name);
      if (verification === null) continue;
      const given = readSecret(env, variable);
      if ('fault' in given) {
        errors.push({ pointer: given.pointer, detail: given.fault });
        continue;
      }
      const secret = given.text;
      if (secret === '') continue;
      if (secret.length > LONGEST) {
        errors.push({ pointer: variable, detail: `must be at most ${LONGEST} characters long` });
      }
      secrets[name] = secret;
    }
    if (errors.length > 0) {
      const list = errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ');
      throw new AppError('invalid', 'CONFIG.INVALID', `The configuration is not valid: ${list}`, { errors });
    }
    return new SourceSecrets(secrets);
  }

  /** The secret of a source; empty where none is set, which takes unproved records, too. */
  of(name: string): string {
    return Object.hasOwn(this.secrets, name) ? this.secrets[name]! : '';
  }
}
