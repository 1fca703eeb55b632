import { readFile } from 'node:fs/promises';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { openApiText } from './openapi-text.js';

let text: string;
beforeAll(async () => {
  text = await openApiText();
});

it('is what is committed', async () => {
  const committed = await readFile(new URL('../../openapi.json', import.meta.url), 'utf8');
  // When this fails: npm run generate
  expect(text).toBe(committed);
});

it('is a valid OpenAPI document', async () => {
  const config = await createConfig({
    rules: {
      struct: 'error',
      'no-unresolved-refs': 'error',
      'no-unused-components': 'error',
      'no-identical-paths': 'error',
      'no-ambiguous-paths': 'off',
      'operation-operationId': 'error',
      'operation-operationId-unique': 'error',
      'operation-summary': 'error',
      'operation-2xx-response': 'error',
      'operation-4xx-response': 'error',
      'operation-tag-defined': 'error',
      'path-parameters-defined': 'error',
      'no-invalid-parameter-examples': 'error',
      'no-invalid-schema-examples': 'error',
      'no-invalid-media-type-examples': 'error',
    },
  });
  const problems = await lintFromString({ source: text, absoluteRef: 'openapi.json', config });
  // The sign-in with an OpenID provider answers with redirects alone.
  const redirects = ['callback', 'start'].map((last) => [
    'operation-2xx-response',
    `#/paths/~1auth~1oidc~1${last}/get/responses`,
  ]);
  expect(problems.map(({ ruleId, location }) => [ruleId, location[0]?.pointer])).toEqual(redirects);
});

it('names its schemas without the endings of classes, and a refusal of parameters for each call', () => {
  const { paths, components } = JSON.parse(text) as {
    paths: Record<string, Record<string, { operationId: string; responses: object }>>;
    components: { schemas: object };
  };
  // When this fails: @ApiSchema({ name: '…' }) on the class.
  expect(Object.keys(components.schemas).filter((name) => name.endsWith('Dto'))).toEqual([]);
  // When this fails: @ApiProblems() on the method.
  const calls = Object.values(paths).flatMap((operations) => Object.values(operations));
  expect(calls.filter(({ responses }) => !('400' in responses)).map((call) => call.operationId)).toEqual([]);
});

it('holds every call of the contract', () => {
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, { operationId: string }>> };
  const calls = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(calls).toEqual(
    expect.arrayContaining([
      'GET /health',
      'GET /events',
      'POST /events',
      'GET /findings',
      'POST /findings/{id}/enrich_with_ai',
      'POST /findings/enrich_all_missing',
      'GET /stats/summary',
      'GET /stream',
    ]),
  );
});
