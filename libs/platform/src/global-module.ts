import type { DynamicModule, Type, ValueProvider } from '@nestjs/common';

/** A module that gives every other module of the process these values, whatever it imports. */
export function globalModule(module: Type, providers: readonly ValueProvider[]): DynamicModule {
  return {
    module,
    global: true,
    providers: [...providers],
    exports: providers.map(({ provide }) => provide),
  };
}
