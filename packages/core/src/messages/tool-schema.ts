import { z } from 'zod';
import { jsonObjectSchema } from '../schema/json.ts';
import { openObject } from '../schema/open-object.ts';

/** A tool that exists only in the caller's process (HTTP spec 6.6). */
export const toolSchemaSchema = openObject({
  name: z.string().describe('<namespace>__<tool>; the namespace is declared under mcpServers.'),
  description: z.string().describe('What the model is told about the tool.'),
  inputSchema: jsonObjectSchema.describe('JSON Schema of the arguments.'),
  outputSchema: jsonObjectSchema.optional().describe('JSON Schema of the result.'),
});
export type ToolSchema = z.infer<typeof toolSchemaSchema>;
