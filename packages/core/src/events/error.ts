import { z } from 'zod';
import { openObject } from '../schema/open-object.ts';

/** `unsupported_error` is known to newer clients' types only; the server never sends it (HTTP spec 4.3). */
export const errorTypes = [
  'authentication_error',
  'permission_error',
  'validation_error',
  'not_found_error',
  'rate_limit_error',
  'quota_exceeded_error',
  'provider_error',
  'provider_overloaded',
  'provider_timeout',
  'execution_error',
  'tool_error',
  'protocol_error',
  'internal_error',
  'unknown_error',
  'unsupported_error',
] as const;
export const errorTypeSchema = z.enum(errorTypes);
export type ErrorType = z.infer<typeof errorTypeSchema>;

/** Who failed; `client` is for SDKs. */
export const errorSourceSchema = z.enum(['platform', 'provider', 'tool', 'client']);
export type ErrorSource = z.infer<typeof errorSourceSchema>;

export const providerErrorInfoSchema = openObject({
  name: z.string(),
  model: z.string().optional(),
  statusCode: z.number().optional(),
  errorType: z.string().optional().describe("The provider's own error type."),
  requestId: z.string().optional(),
  details: z.string().optional().describe("Start of the provider's answer, at most 2 KiB."),
});
export type ProviderErrorInfo = z.infer<typeof providerErrorInfoSchema>;

export const toolErrorInfoSchema = openObject({ name: z.string(), callId: z.string().optional() });
export type ToolErrorInfo = z.infer<typeof toolErrorInfoSchema>;

/** The execution failed; nothing but the end marker follows (stream spec 6). */
export const errorEventSchema = openObject({
  type: z.literal('error'),
  errorType: errorTypeSchema,
  message: z.string().describe('For people.'),
  retryable: z.boolean().describe('Whether a retry of the same request may succeed.'),
  source: errorSourceSchema,
  retryAfter: z.number().optional().describe('Seconds to wait.'),
  code: z.string().optional(),
  provider: providerErrorInfoSchema.optional(),
  tool: toolErrorInfoSchema.optional(),
});
export type ErrorEvent = z.infer<typeof errorEventSchema>;
