import { createPrivateKey, createPublicKey } from 'node:crypto';
import { openNote, signNote, verifierKey } from './signed-note.js';

/** The example of https://pkg.go.dev/golang.org/x/mod/sumdb/note. */
const SEED = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1);
const TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const NOTE = `${TEXT}
— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`;
const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), SEED]);
const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
const key = { name: 'PeterNeumann', publicKey: createPublicKey(privateKey) };

it('signs and opens as other implementations do', () => {
  expect(verifierKey(key)).toBe('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
  expect(signNote(TEXT, { name: key.name, privateKey })).toBe(NOTE);
  expect(openNote(NOTE, key)).toBe(TEXT);
});

it('passes over signatures of others', () => {
  const others = NOTE.replace('— PeterNeumann', '— witness.example/w1 jWbPPwAAAABkGFDL\n— PeterNeumann');
  expect(openNote(others, key)).toBe(TEXT);
});

it.each<[string, (note: string) => string]>([
  ['another text', (note) => note.replace('problem', 'question')],
  ['another signature', (note) => note.replace('ZJku', 'ZJkv')],
  ['another name', (note) => note.replace('— PeterNeumann', '— PeterNewman')],
  ['another id of the key', (note) => note.replace('x08go/', 'x08gp/')],
  ['no signature', () => TEXT],
  ['a signature that was cut off', (note) => note.slice(0, -20)],
  ['a hyphen', (note) => note.replace('—', '-')],
  ['too much', (note) => `${'x\n'.repeat(100_000)}${note}`],
  ['nothing', () => ''],
])('refuses %s', (_, change) => {
  expect(() => openNote(change(NOTE), key)).toThrow('The checkpoint cannot be trusted');
});
