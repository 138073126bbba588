import { z } from 'zod';
import { byteLimitedText } from '../schema/byte-limited.ts';
import { jsonObjectBodySchema } from '../schema/json.ts';
import { openObject } from '../schema/open-object.ts';
import { optionalField } from '../schema/optional-field.ts';

/** Limits of an agent definition (HTTP spec 5); sizes in bytes. */
export const agentLimits = {
  slugLength: 64,
  nameLength: 100,
  descriptionLength: 1000,
  textBytes: 256 * 1024,
  prompts: 500,
  references: 200,
} as const;

export const slugPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export const agentFormatSchema = z.enum(['interactive', 'worker']);
export type AgentFormat = z.infer<typeof agentFormatSchema>;

const slug = z
  .string()
  .max(agentLimits.slugLength)
  .regex(slugPattern)
  .describe('Unique among the agents of the project.');
const name = z
  .string()
  .min(1)
  .max(agentLimits.nameLength)
  .refine((text) => text.trim() !== '', { error: 'Must not be blank' })
  .describe('Name for people.');
const description = z.string().max(agentLimits.descriptionLength);
const protocol = byteLimitedText(agentLimits.textBytes).describe('YAML text, kept byte for byte.');
const format = agentFormatSchema.describe('Fixed after creation.');

export const agentPromptSchema = z.object({
  name: z.string().min(1).describe('Path below prompts/ without .md, such as shared/tone.'),
  content: byteLimitedText(agentLimits.textBytes),
});
export type AgentPrompt = z.infer<typeof agentPromptSchema>;

export const agentReferenceSchema = z.object({
  name: z.string().regex(slugPattern),
  description: z.string().min(1),
  content: byteLimitedText(agentLimits.textBytes),
});
export type AgentReference = z.infer<typeof agentReferenceSchema>;

const prompts = z.array(agentPromptSchema).max(agentLimits.prompts).describe('May be empty.');
const references = z.array(agentReferenceSchema).max(agentLimits.references);

/** `POST /api/agents` (HTTP spec 5.3). */
export const createAgentBodySchema = z.object({
  settings: z.object({ slug, name, description: optionalField(description), format }),
  protocol,
  prompts,
  references: optionalField(references),
});
export type CreateAgentBody = z.infer<typeof createAgentBodySchema>;

/** `PATCH /api/agents/:id` (HTTP spec 5.4): an omitted field is untouched, `settings.description: null` clears. */
export const updateAgentBodySchema = z.object({
  settings: optionalField(
    z.object({
      slug: optionalField(slug).describe('Renames the agent.'),
      name: optionalField(name),
      description: description.nullable().optional().describe('null clears.'),
      format: optionalField(format).describe('Must equal the stored one.'),
    }),
  ),
  protocol: optionalField(protocol),
  prompts: optionalField(prompts).describe('Replaces the whole set.'),
  references: optionalField(references).describe('Replaces the whole set.'),
});
export type UpdateAgentBody = z.infer<typeof updateAgentBodySchema>;

/** `POST /api/agents/validate` (HTTP spec 5.6): any JSON object; what is wrong with it is reported in the answer. */
export const validateAgentBodySchema = jsonObjectBodySchema.describe(
  'A definition as for create; every problem is reported.',
);

/** `?by=slug` on one agent: what `:id` is. Default id. */
export const agentQuerySchema = z.object({ by: z.enum(['id', 'slug']).optional().describe('What the path names.') });
export type AgentQuery = z.infer<typeof agentQuerySchema>;

/** A finding of the protocol language (protocol spec 7). */
export const agentDiagnosticSchema = openObject({
  message: z.string(),
  severity: z.enum(['error', 'warning']),
  path: z.string().optional(),
  code: z.string().optional(),
  line: z.number().int().optional(),
  column: z.number().int().optional(),
});
export type AgentDiagnostic = z.infer<typeof agentDiagnosticSchema>;

export const validateAgentResponseSchema = openObject({
  valid: z.boolean(),
  errors: z.array(agentDiagnosticSchema),
  warnings: z.array(agentDiagnosticSchema),
});
export type ValidateAgentResponse = z.infer<typeof validateAgentResponseSchema>;

/** One agent of the list. `description` is nullable here and its key always present. */
export const agentSummarySchema = openObject({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  format: agentFormatSchema,
  createdAt: z.string(),
  updatedAt: z.string(),
  projectId: z.string(),
});
export type AgentSummary = z.infer<typeof agentSummarySchema>;

export const listAgentsResponseSchema = openObject({ agents: z.array(agentSummarySchema) });
export type ListAgentsResponse = z.infer<typeof listAgentsResponseSchema>;

/** One agent in full. `settings.description` is absent rather than `null`. */
export const agentDefinitionResponseSchema = openObject({
  id: z.string(),
  settings: openObject({
    slug: z.string(),
    name: z.string(),
    description: z.string().optional(),
    format: agentFormatSchema,
  }),
  protocol: z.string(),
  prompts: z.array(openObject({ name: z.string(), content: z.string() })),
  references: z.array(openObject({ name: z.string(), description: z.string(), content: z.string() })),
  createdAt: z.string().optional(),
  updatedAt: z.string().optional(),
  projectId: z.string().optional(),
  version: z.number().int().optional().describe('Grows by one per change.'),
});
export type AgentDefinitionResponse = z.infer<typeof agentDefinitionResponseSchema>;

/** Answer to create, update and archive; `warnings` on the first two. */
export const agentChangedResponseSchema = openObject({
  agentId: z.string(),
  message: z.string(),
  warnings: z.array(agentDiagnosticSchema).optional(),
});
export type AgentChangedResponse = z.infer<typeof agentChangedResponseSchema>;
