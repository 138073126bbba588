import { z } from 'zod';

/**
 * An object schema that keeps keys it does not know, so that relays and stored data never lose newer fields.
 * The static type lists the known keys only: a misspelt field in our own code still fails to compile.
 *
 * Source: HTTP spec 4.3 ("extra object keys are allowed").
 */
export function openObject<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape> {
  return z.looseObject(shape) as unknown as z.ZodObject<Shape>;
}
