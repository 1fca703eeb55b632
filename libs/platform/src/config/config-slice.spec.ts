import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@mcm/kernel';
import { IsIn, IsInt, IsPort, Max, Min } from 'class-validator';
import { Env, loadConfig } from './config-slice.js';

class ExampleConfig {
  @Env('EXAMPLE_PORT')
  @IsInt()
  @Min(1)
  @Max(65_535)
  port: number = 8000;

  @Env('EXAMPLE_LEVEL')
  @IsIn(['info', 'debug'])
  level: string = 'info';

  @Env('EXAMPLE_ORIGINS')
  origins: string[] = ['http://localhost:8080'];

  @Env('EXAMPLE_ENABLED')
  enabled: boolean = false;

  @Env('EXAMPLE_SECRET', { secret: true })
  @IsPort()
  secret: string = '1';
}

function faultsOf(env: NodeJS.ProcessEnv): AppError {
  try {
    loadConfig(ExampleConfig, env);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('expected the configuration to be refused');
}

describe('loadConfig', () => {
  it('keeps the defaults where nothing is set', () => {
    const config = loadConfig(ExampleConfig, { EXAMPLE_PORT: '' });
    expect(config).toMatchObject({ port: 8000, level: 'info', enabled: false });
  });

  it('reads numbers, switches and lists', () => {
    const config = loadConfig(ExampleConfig, {
      EXAMPLE_PORT: '9000',
      EXAMPLE_ENABLED: 'yes',
      EXAMPLE_ORIGINS: 'http://a.example, http://b.example',
    });
    expect(config).toMatchObject({
      port: 9000,
      enabled: true,
      origins: ['http://a.example', 'http://b.example'],
    });
  });

  it('names all faulty variables together', () => {
    const error = faultsOf({ EXAMPLE_PORT: 'many', EXAMPLE_LEVEL: 'loud', EXAMPLE_ENABLED: 'perhaps' });
    expect(error.code).toBe('CONFIG.INVALID');
    expect(error.errors.map((fault) => fault.pointer).sort()).toEqual([
      'EXAMPLE_ENABLED',
      'EXAMPLE_LEVEL',
      'EXAMPLE_PORT',
    ]);
  });

  it('never prints a value', () => {
    const error = faultsOf({ EXAMPLE_SECRET: 'hunter2' });
    expect(error.message).toContain('EXAMPLE_SECRET');
    expect(JSON.stringify([error.message, error.errors])).not.toContain('hunter2');
  });
});

describe('a secret in a file', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'mcm-secrets-'))));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (content: string | Buffer) => {
    const path = join(folder, 'secret');
    writeFileSync(path, content);
    return path;
  };

  it.each(['8080', '8080\n', '8080\r\n'])('is read without the line break at its end: %j', (content) => {
    const config = loadConfig(ExampleConfig, { EXAMPLE_SECRET: '', EXAMPLE_SECRET_FILE: file(content) });
    expect(config.secret).toBe('8080');
  });

  it('is checked as a variable is, and never shown', () => {
    const error = faultsOf({ EXAMPLE_SECRET_FILE: file('hunter2\n\n') });
    expect(error.message).toContain('EXAMPLE_SECRET must be a port');
    expect(error.message).not.toContain('hunter2');
  });

  it('is refused beside the variable, with both names and neither value', () => {
    const error = faultsOf({ EXAMPLE_SECRET: '81', EXAMPLE_SECRET_FILE: file('82') });
    expect(error.message).toBe(
      'The configuration is not valid: EXAMPLE_SECRET is set, and so is EXAMPLE_SECRET_FILE: set one of the two',
    );
  });

  it.each([
    ['cannot be read (ENOENT)', () => join(folder, 'missing')],
    ['cannot be read (EISDIR)', () => folder],
    ['is empty', () => file('\n')],
    ['contains a NUL byte', () => file('80\u00001')],
    ['is larger than 65536 bytes', () => file(Buffer.alloc(65_537, '1'))],
  ])('that %s is named with its path', (fault, path) => {
    const given = path();
    expect(faultsOf({ EXAMPLE_SECRET_FILE: given })).toMatchObject({
      message: `The configuration is not valid: EXAMPLE_SECRET_FILE names ${given}, which ${fault}`,
      errors: [{ pointer: 'EXAMPLE_SECRET_FILE', detail: expect.any(String) }],
    });
  });

  it('is for secrets alone', () => {
    expect(loadConfig(ExampleConfig, { EXAMPLE_PORT_FILE: file('81') }).port).toBe(8000);
  });
});
