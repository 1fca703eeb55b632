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
