import { z } from 'zod';

/**
 * A text of at most `limitBytes` bytes of UTF-8.
 *
 * A string never has more UTF-16 units than bytes, so the unit count is checked first and stated in the JSON Schema.
 */
export function byteLimitedText(limitBytes: number) {
  return z
    .string()
    .max(limitBytes)
    .refine((text) => text.length * 3 <= limitBytes || utf8Length(text) <= limitBytes, {
      error: `Too big: expected at most ${limitBytes} bytes`,
    });
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
