import { z } from 'zod';
import { openObject } from '../schema/open-object.ts';

export const errorIssueSchema = openObject({
  path: z.string().describe('Dotted path into the request body; may be empty.'),
  message: z.string(),
});

/** Default shape of an error answer (HTTP spec 3.1). */
export const nestedErrorBodySchema = openObject({
  error: openObject({ code: z.string(), message: z.string(), issues: z.array(errorIssueSchema).optional() }),
});

/** Shape for SDKs, the CLI and the workforce endpoints. */
export const flatErrorBodySchema = openObject({
  error: z.string().describe('The message.'),
  code: z.string(),
  issues: z.array(errorIssueSchema).optional(),
});

export const errorBodySchema = z.union([nestedErrorBodySchema, flatErrorBodySchema]);
