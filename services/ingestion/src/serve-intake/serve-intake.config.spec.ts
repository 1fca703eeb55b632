import { loadConfig } from '@mcm/platform';
import { ServeIntakeConfig } from './serve-intake.config.js';

const load = (env: NodeJS.ProcessEnv) => () => loadConfig(ServeIntakeConfig, env);

it('needs a secret beyond loopback', () => {
  for (const host of ['127.0.0.1', 'localhost', '::1']) expect(load({ HOST: host })).not.toThrow();
  for (const host of ['0.0.0.0', '::', '192.0.2.7', 'monitor.example'])
    expect(load({ HOST: host })).toThrow(/INTAKE_SECRET must be set when HOST is not loopback/);
  expect(load({ HOST: '0.0.0.0', INTAKE_SECRET: 'x'.repeat(16) })).not.toThrow();
});

it.each(['short', 'with a blank in it, so', 'Umläute-sind-keine-ASCII-Zeichen', 'x'.repeat(1025)])(
  'refuses a secret that is no header or too short, and does not show it: %j',
  (secret) => {
    expect(load({ INTAKE_SECRET: secret })).toThrow(/INTAKE_SECRET must consist of 16 to 1024 printable/);
    expect(load({ INTAKE_SECRET: secret })).not.toThrow(secret);
  },
);
