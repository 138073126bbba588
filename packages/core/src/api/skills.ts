import { z } from 'zod';
import { byteLimitedText } from '../schema/byte-limited.ts';
import { openObject } from '../schema/open-object.ts';
import { optionalField } from '../schema/optional-field.ts';

/** Limits of skills (HTTP spec 10); sizes in bytes. */
export const skillLimits = {
  packedBytes: 50 * 1024 * 1024,
  unpackedBytes: 200 * 1024 * 1024,
  entries: 2000,
  secrets: 100,
  secretBytes: 8 * 1024,
} as const;

export const secretNamePattern = /^[A-Z_][A-Z0-9_]*$/;

const secretDeclarationSchema = z.object({
  name: z.string().regex(secretNamePattern, { error: 'Expected capital letters, digits and _' }),
  description: optionalField(z.string()),
  required: optionalField(z.boolean()),
});

/** The front matter of a SKILL.md; `name` is the slug. */
export const skillMatterSchema = openObject({
  name: z
    .string()
    .max(64)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'Expected lower-case letters and digits, joined by dashes' }),
  description: z.string().trim().min(1),
  version: optionalField(z.string()),
  license: optionalField(z.string()),
  author: optionalField(z.string()),
  category: optionalField(z.string()),
  secrets: optionalField(z.array(secretDeclarationSchema)),
});
export type SkillMatter = z.infer<typeof skillMatterSchema>;

/** What a list shows of a skill. */
export const skillSummarySchema = openObject({
  id: z.string(),
  slug: z.string(),
  description: z.string(),
  version: z.string().optional(),
  visibility: z.string(),
  fileCount: z.number().int(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type SkillSummary = z.infer<typeof skillSummarySchema>;

/** `GET /api/skills`: by slug. */
export const listSkillsResponseSchema = openObject({ skills: z.array(skillSummarySchema) });
export type ListSkillsResponse = z.infer<typeof listSkillsResponseSchema>;

/** The text fields of the multipart upload `POST /api/skills`; the archive is the field `file`. */
export const uploadSkillFieldsSchema = z.object({
  visibility: z.string().default('private').describe('private or project; other values are stored as given.'),
});
export type UploadSkillFields = z.infer<typeof uploadSkillFieldsSchema>;

export const uploadSkillResponseSchema = openObject({ skillId: z.string(), slug: z.string(), created: z.boolean() });
export type UploadSkillResponse = z.infer<typeof uploadSkillResponseSchema>;

/** `PUT /api/skills/:id/secrets`: given names are set, `null` removes, others stay. */
export const skillSecretsBodySchema = z.object({
  secrets: z
    .record(z.string().regex(secretNamePattern), byteLimitedText(skillLimits.secretBytes).nullable())
    .refine((secrets) => Object.keys(secrets).length <= skillLimits.secrets, {
      error: `Too big: expected at most ${skillLimits.secrets} names`,
    }),
});
export type SkillSecretsBody = z.infer<typeof skillSecretsBodySchema>;

export const skillSecretsResponseSchema = openObject({ updated: z.array(z.string()) });
export type SkillSecretsResponse = z.infer<typeof skillSecretsResponseSchema>;
