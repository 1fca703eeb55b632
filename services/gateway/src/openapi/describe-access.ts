import { ACCESS, type Access } from '@mcm/platform';
import type { INestApplication, Type } from '@nestjs/common';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { type OpenAPIObject, getSchemaPath } from '@nestjs/swagger';
import { ProblemDto } from './problem.dto.js';

/** Where `@ApiOperation` keeps what it was given. */
const OPERATION = 'swagger/apiOperation';

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } },
});

/**
 * Adds to each call what its caller must have: `x-permission` is a permission, `signed-in` or `public`, and the answers
 * 401 and 403 belong to all calls that are not public.
 *
 * @throws Error that names a call without an access decorator
 */
export function describeAccess(app: INestApplication, { paths }: OpenAPIObject): void {
  const access = accessOfOperations(app);
  for (const item of Object.values(paths)) {
    for (const operation of [item.get, item.post, item.patch, item.put, item.delete]) {
      if (operation === undefined) continue;
      const needed = access.get(operation.operationId ?? '');
      if (needed === undefined) throw new Error(`${operation.operationId} does not say who may call it`);
      Object.assign(operation, { 'x-permission': needed });
      if (needed === 'public') {
        operation.security = [];
        continue;
      }
      operation.responses = {
        ...operation.responses,
        401: operation.responses['401'] ?? problem('The caller has not signed in.'),
        403: problem(
          needed === 'signed-in'
            ? 'The caller may not do this.'
            : `The caller lacks the permission ${needed}.`,
        ),
      };
    }
  }
}

function accessOfOperations(app: INestApplication): Map<string, Access | undefined> {
  const reflector = new Reflector();
  const scanner = new MetadataScanner();
  const found = new Map<string, Access | undefined>();
  for (const { controllers } of app.get(ModulesContainer).values()) {
    for (const { metatype } of controllers.values()) {
      const controller = metatype as Type;
      for (const name of scanner.getAllMethodNames(controller.prototype as object)) {
        const handler = (controller.prototype as Record<string, () => unknown>)[name]!;
        const operation = Reflect.getMetadata(OPERATION, handler) as { operationId: string } | undefined;
        if (operation === undefined) continue;
        found.set(
          operation.operationId,
          reflector.getAllAndOverride<Access | undefined>(ACCESS, [handler, controller]),
        );
      }
    }
  }
  return found;
}
