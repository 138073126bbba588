import type { z } from 'zod';

/**
 * The value as the schema gives it.
 *
 * @throws Error `<what>: <path>: <message>; …`, with `<root>` for the value itself: a model reads it and corrects its call.
 */
export async function parseOrThrow<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): Promise<z.output<Schema>> {
  const parsed = await schema.safeParseAsync(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || '<root>'}: ${message}`);
  throw new Error(`${what}: ${issues.join('; ')}`);
}
