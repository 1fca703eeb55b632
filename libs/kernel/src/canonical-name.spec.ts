import fc from 'fast-check';
import { canonicalName, isActorField } from './canonical-name.js';

/** Names that a reader cannot tell from `alice@example.com`, or that mean the same account. */
const ALIKE = [
  'alice@example.com',
  'Alice@Example.COM',
  ' alice@example.com\u00a0',
  'ali\u200bce@example.com',
  '\u202ealice@example.com\u202c',
  '\u2066alice\u2069@example.com',
  'al\u00adice@example.com',
  'alice\ufe0f@example.com',
  '\ufeffalice@example.com',
  'ａｌｉｃｅ＠ｅｘａｍｐｌｅ．ｃｏｍ',
  '𝐚𝐥𝐢𝐜𝐞@example.com',
  'alice@\u{e0061}example.com',
  'alice\u0000@example.com',
];

it.each(ALIKE.map((name) => [JSON.stringify(name), name]))('reads %s as one actor', (_, name) => {
  expect(canonicalName(name)).toBe('alice@example.com');
});

it.each([
  ['Straße', 'STRASSE'],
  ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
  ['Zoe\u0308', 'ZOË'],
  ['ﬁona', 'FIONA'],
])('reads %s and %s as one actor', (one, other) => {
  expect(canonicalName(one)).toBe(canonicalName(other));
});

it.each([
  ['alice', 'alicé'],
  ['alice', 'al ice'],
  ['alice', 'аlice'], // The first letter is Cyrillic: another script is another name.
])('keeps %s and %s apart', (one, other) => {
  expect(canonicalName(one)).not.toBe(canonicalName(other));
});

it('leaves a name as it is of which nothing would be left', () => {
  expect(canonicalName('\u200b\u200b')).toBe('\u200b\u200b');
});

it('is cut where a name would become longer than an index entry may be', () => {
  const name = canonicalName('\ufdfa'.repeat(512));
  expect(name).toHaveLength(512);
  expect(canonicalName(name)).toBe(name);
});

it('changes nothing when it is applied again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const once = canonicalName(name);
      expect(canonicalName(once)).toBe(once);
    }),
  );
});

it('tells the fields that name an actor', () => {
  const actors = [
    'user',
    'user_id',
    'userName',
    'username',
    'actor',
    'actor.email',
    'actor.alternateId',
    'TargetUserName',
  ];
  const others = [
    'ip',
    'user_agent',
    'user.ip',
    'repo',
    'recipientAccountId',
    'users',
    'actor.displayName.x',
  ];
  expect(actors.filter(isActorField)).toEqual(actors);
  expect(others.filter(isActorField)).toEqual([]);
});
