import { createPrivateKey, X509Certificate } from 'node:crypto';
import { selfSigned } from './self-signed.js';

it('makes a certificate that vouches for this machine and for itself', () => {
  const { certificate, key } = selfSigned();
  const read = new X509Certificate(certificate);
  expect(read.subject).toBe('CN=test server');
  expect(read.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(read.checkHost('localhost')).toBe('localhost');
  expect(read.checkHost('example.com')).toBeUndefined();
  expect(read.ca).toBe(true);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(Date.parse(read.validTo)).toBeGreaterThan(Date.now());
});
