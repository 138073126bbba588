import type { z } from 'zod';

/**
 * An optional request field for which `null` means absent (HTTP spec 1.1).
 *
 * @param schema what the field must be when it is given.
 * @returns a schema whose output is the value or `undefined`; its JSON Schema allows `null`.
 */
export function optionalField<Schema extends z.ZodType>(schema: Schema) {
  return schema
    .nullish()
    .transform((value): z.output<Schema> | undefined => value ?? undefined)
    .optional();
}
