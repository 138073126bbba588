import { z } from 'zod';
import { openObject } from '../schema/open-object.ts';

/** A web page that an answer leans on. */
export const sourceUrlInfoSchema = openObject({
  sourceType: z.literal('url'),
  id: z.string(),
  url: z.string(),
  title: z.string().optional(),
});
export type SourceUrlInfo = z.infer<typeof sourceUrlInfoSchema>;

/** A document that an answer leans on. */
export const sourceDocumentInfoSchema = openObject({
  sourceType: z.literal('document'),
  id: z.string(),
  mediaType: z.string(),
  title: z.string(),
  filename: z.string().optional(),
});
export type SourceDocumentInfo = z.infer<typeof sourceDocumentInfoSchema>;

export const sourceInfoSchema = z.discriminatedUnion('sourceType', [sourceUrlInfoSchema, sourceDocumentInfoSchema]);
export type SourceInfo = z.infer<typeof sourceInfoSchema>;
