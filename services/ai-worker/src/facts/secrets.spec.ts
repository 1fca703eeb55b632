import { maskSecrets } from './secrets.js';

/** Made up here: none was ever valid. Put together so that no scanner takes this file for a leak. */
const made = (...parts: string[]) => parts.join('');
const SECRETS = [
  made('AKIA', 'IOSFODNN7EXAMPLE'),
  made('ghp_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'),
  made('github_pat_', '11ABCDEFG0123456789_abcdefghijklmnopqrstuvwxyz'),
  made('glpat-', 'xYz123AbC456dEf789Gh'),
  made('xoxb-', '123456789012-abcdefABCDEF'),
  made('sk_live_', '4eC39HqLyjWDarjtT1zdp7dc'),
  made('sk-proj-', 'Abc123Def456Ghi789Jkl012'),
  made('npm_', 'abcdefghijklmnopqrstuvwxyz0123456789'),
  made('AIza', 'SyA1234567890abcdefghijklmnopqrstuv'),
  made(
    'eyJhbGciOiJIUzI1NiJ9.',
    'eyJzdWIiOiIxMjM0NTY3ODkwIn0.',
    'dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
  ),
  'q8Zr/1mXv+T0bK9cLw3PyE7sN5aGdUjH2oFi4tRQ',
  '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'kJ8sL2pQ9xZ4vB7nM1cR6tY3wE5uI0oP',
];

describe('maskSecrets', () => {
  it.each(SECRETS)('takes %s out, alone and within text', (secret) => {
    expect(maskSecrets(secret)).not.toContain(secret.slice(4));
    const masked = maskSecrets(`deploy of ${secret} failed`);
    expect(masked).not.toContain(secret.slice(4));
    expect(masked).toMatch(/^deploy of .*\[secret\].* failed$/);
  });

  it.each([
    ['password=hunter2!', 'hunter2'],
    ['{"api_key": "abc-123-xyz"}', 'abc-123-xyz'],
    ['mysql --password=s3cret -u root', 's3cret'],
    ['curl --token abcdef http://x', 'abcdef'],
    ['postgres://app:pa55word@db.internal/app', 'pa55word'],
    ['Authorization: Bearer abcdef1234567890abcd', 'abcdef1234567890abcd'],
    ['client_secret: Zx9-kk', 'Zx9-kk'],
    [made('-----BEGIN RSA PRIVATE', ' KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----'), 'MIIEow'],
    [made('-----BEGIN PRIVATE', ' KEY-----\nMIIEow cut off'), 'MIIEow'],
  ])('takes the secret out of %j', (text, secret) => {
    expect(maskSecrets(text)).not.toContain(secret);
    expect(maskSecrets(text)).toContain('[secret]');
  });

  it.each([
    'payroll-backup-2026-eu-central-1',
    'feature/password-reset-page',
    'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Developer/dana',
    'UpdateFunctionConfiguration20150331v2',
    '123e4567-e89b-12d3-a456-426614174000',
    'basic authentication was switched on',
    'Organization administrator, Application administrator (all)',
    'too_many_failed_logins_critical',
    'read:repos',
  ])('leaves %j as it is', (text) => {
    expect(maskSecrets(text)).toBe(text);
  });

  it('takes no longer than a moment for a megabyte', () => {
    for (const unit of ['password=', 'a://b:', 'Aa1', '-----BEGIN PRIVATE KEY-----', 'bearer ']) {
      const began = performance.now();
      maskSecrets(unit.repeat(1_000_000 / unit.length));
      expect(performance.now() - began).toBeLessThan(2_000);
    }
  });
});
