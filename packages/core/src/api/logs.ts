import { z } from 'zod';
import { openObject } from '../schema/open-object.ts';
import { expiredSessionStateSchema } from './sessions.ts';

/** Most entries that one answer carries (HTTP spec 6.9). */
export const maxLogEntries = 3000;

/** What the server writes (runtime spec 17); readers accept any type. */
export const logEntryTypes = [
  'trigger',
  'message',
  'thread-created',
  'model-request',
  'step-stats',
  'reasoning',
  'llm-tool-request',
  'llm-response',
  'tool-call',
  'tool-result',
  'block-operation',
  'worker-execution',
  'worker-output',
  'compaction',
  'tool-output-bounded',
  'image-adapted',
  'abort',
  'error',
] as const;
export type LogEntryType = (typeof logEntryTypes)[number];

/** One fact of an execution; the fields of its type come beside the common ones. */
export const logEntrySchema = z.looseObject({
  id: z.string(),
  timestamp: z.string().describe('RFC 3339 time.'),
  type: z.string().describe(`One of ${logEntryTypes.join(', ')}.`),
  sequence: z.number().int().optional().describe('Counts from 0 within an execution, across legs.'),
  thread: z.string().optional(),
  blockName: z.string().optional(),
  model: z.string().optional(),
  workerId: z.string().optional(),
  workerSlug: z.string().optional(),
  trimmed: z.boolean().optional().describe('A field was too big and is stood in for by its head and tail.'),
});
export type LogEntry = z.infer<typeof logEntrySchema>;

/** Stands in for a field too big to store (runtime spec 17). */
export interface TrimmedValue {
  __trimmed: true;
  originalBytes: number;
  keptBytes: number;
  preview: string;
}

/** `GET /api/agent-sessions/:id/logs` query: exactly `true` leaves out model requests, anything else keeps them. */
export const logsQuerySchema = z.object({
  excludeModelRequests: z.string().optional().describe('true leaves out entries of type model-request.'),
});
export type LogsQuery = z.infer<typeof logsQuerySchema>;

export const logsSchema = openObject({
  sessionId: z.string(),
  entries: z.array(logEntrySchema).describe('Oldest first.'),
  total: z.number().int().optional().describe('Entries available after filtering.'),
  truncated: z.boolean().optional(),
});
export type Logs = z.infer<typeof logsSchema>;

export const logsResponseSchema = z.union([expiredSessionStateSchema, logsSchema]);
