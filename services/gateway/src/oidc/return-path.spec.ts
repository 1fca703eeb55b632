import { returnPath } from './return-path.js';

it.each(['/', '/findings', '/findings?severity=high&q=a%20b', '/rules/a%2Fb'])('leads back to %s', (path) => {
  expect(returnPath(path)).toBe(path);
});

it.each([
  undefined,
  '',
  'findings',
  'https://evil.example/',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\/evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/.//evil.example',
  '/x/..//evil.example',
  '/%2e//evil.example',
  'javascript:alert(1)',
  '/api/auth/oidc/start',
  '/api',
  '/./api/people',
  `/${'x'.repeat(2000)}`,
])('leads to the first page in place of %j', (path) => {
  expect(returnPath(path)).toBe('/');
});

it('leaves nothing in the path that ends a header or an attribute', () => {
  expect(returnPath('/a\r\nset-cookie: x=y')).toBe('/aset-cookie:%20x=y');
  expect(returnPath('/a"<b>?c"<d>#e')).toBe('/a%22%3Cb%3E?c%22%3Cd%3E');
});
