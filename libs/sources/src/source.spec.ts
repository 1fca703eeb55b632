import { okta } from './okta/okta.source.js';
import { defineSource } from './source.js';

/** The compiler is the test here: `npm run typecheck` fails when one of the expected errors is missing. */
describe('defineSource', () => {
  it('lets a source read the headers that it names, and no others', () => {
    const source = defineSource({
      ...okta,
      itemHeaders: ['x-known'],
      verification: null,
      headers: ['x-known'],
      delivery({ headers, body }) {
        // @ts-expect-error a header that the gateway would not pass on
        const unknown = headers['x-unknown'] as unknown;
        expect([headers['x-known'], unknown]).toEqual(['yes', undefined]);
        return okta.delivery({ headers, body });
      },
    });
    source.delivery({ headers: { 'x-known': 'yes' }, body: Buffer.alloc(0) });
  });

  it('lets no part of a descriptor be left out', () => {
    const { modelFields: _, ...half } = okta;
    // @ts-expect-error without the fields for models
    expect(defineSource(half)).not.toHaveProperty('modelFields');
  });
});
