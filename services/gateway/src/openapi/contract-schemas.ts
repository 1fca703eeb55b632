import { z } from 'zod';

/** Refers to a schema of libs/contracts by its id, in what a controller or a DTO declares. */
export function contractSchema(id: string): { $ref: string } {
  return { $ref: `#/components/schemas/${id}` };
}

/** Every schema of libs/contracts that has an id, as JSON Schema. */
export function contractSchemas(): Record<string, object> {
  const { schemas } = z.toJSONSchema(z.globalRegistry, {
    uri: (id) => contractSchema(id).$ref,
    io: 'input',
    override: ({ jsonSchema }) => {
      // The bounds of safe integers and the type of a property's name say nothing here; readOnly means something else.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      delete jsonSchema.propertyNames;
      delete jsonSchema.readOnly;
    },
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _, $id: _id, ...schema }]) => [id, schema]),
  );
}
