import { z } from 'zod';
import { openObject } from '../schema/open-object.ts';
import { fileReferenceSchema } from './file-reference.ts';

/** The answer to one pending tool call (HTTP spec 6.6). `error` wins over `result`; neither means `null`. */
export const toolResultSchema = openObject({
  toolCallId: z.string().describe('The pending call this answers.'),
  toolName: z.string().optional(),
  result: z.unknown().optional().describe('What the tool returned.'),
  error: z.string().optional().describe('Why the tool failed.'),
  files: z.array(fileReferenceSchema).optional().describe('Files the tool produced.'),
  outputVariable: z.string().optional(),
  blockIndex: z.number().optional(),
  thread: z.string().optional(),
  workerId: z.string().optional(),
});
export type ToolResult = z.infer<typeof toolResultSchema>;
