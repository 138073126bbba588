import { z } from 'zod';
import { optionalField } from './optional-field.ts';

/**
 * The object as a request may carry it (HTTP spec 1.1): unknown keys are dropped, `null` in an optional field means absent.
 * Fields that take any value keep `null`.
 *
 * @param schema an object schema of the wire contract.
 * @param nested fields that hold objects themselves, in their request form.
 */
export function requestObject<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  nested: { [Key in keyof Shape]?: z.ZodType<z.output<Shape[Key]>> } = {},
): z.ZodObject<Shape> {
  const fields = Object.entries(schema.shape).map(([key, field]) => [key, nested[key] ?? requestField(field)]);
  return z.object(Object.fromEntries(fields)) as unknown as z.ZodObject<Shape>;
}

function requestField(field: z.core.$ZodType): z.core.$ZodType {
  if (!(field instanceof z.ZodOptional)) return field;
  const value = field.unwrap() as z.ZodType;
  if (value instanceof z.ZodUnknown) return field;
  const lenient = optionalField(value);
  return field.description === undefined ? lenient : lenient.describe(field.description);
}
