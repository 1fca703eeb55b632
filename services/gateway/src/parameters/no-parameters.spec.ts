import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { METHOD_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { describedGateway } from '../openapi/openapi-text.js';

type Controller = new (...args: never[]) => Record<string, unknown>;

/** Where a handler has the whole query: `@Query() query: SomeClass`. */
function queryClass(controller: Controller, method: string): unknown {
  const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Record<
    string,
    { index: number; data?: unknown }
  >;
  const types = Reflect.getMetadata('design:paramtypes', controller.prototype as object, method) as unknown[];
  const whole = Object.entries(args).find(
    ([key, { data }]) => key.startsWith(`${RouteParamtypes.QUERY}:`) && data === undefined,
  );
  return whole && types[whole[1].index];
}

it('every route says which query parameters it takes, or NoParameters', async () => {
  const app = await describedGateway();
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) =>
    [...module.controllers.values()].map(({ metatype }) => metatype as Controller),
  );
  const routes = controllers.flatMap((controller) =>
    Object.entries(Object.getOwnPropertyDescriptors(controller.prototype))
      .filter(
        ([, { value }]) =>
          typeof value === 'function' && Reflect.hasMetadata(METHOD_METADATA, value as object),
      )
      .map(([method]) => ({ controller, method })),
  );
  expect(routes.length).toBeGreaterThan(35);
  const open = routes.filter(({ controller, method }) => {
    const type = queryClass(controller, method);
    // Object and String are what is left of a type that is no class: nothing would be checked.
    return type === undefined || [Object, String].includes(type as typeof Object);
  });
  // Without it an unknown parameter would be ignored: `@Query() _query: NoParameters`. What an OpenID provider adds to the
  // address of the return is its own matter.
  expect(open.map(({ controller, method }) => `${controller.name}.${method}`)).toEqual([
    'OidcController.callback',
  ]);
});
