import { z } from 'zod';
import { openObject } from '../schema/open-object.ts';

/** A file by its address: an upload, or what a tool or a model made (HTTP spec 6.6). Sizes in bytes, dimensions in pixels. */
export const fileReferenceSchema = openObject({
  id: z.string().describe('Id of the file.'),
  mediaType: z.string().describe('Media type, such as image/png.'),
  url: z.string().describe('Address the content can be read from.'),
  filename: z.string().optional().describe('Name to show.'),
  size: z.number().optional().describe('Size in bytes.'),
  width: z.number().optional().describe('Width in pixels.'),
  height: z.number().optional().describe('Height in pixels.'),
});
export type FileReference = z.infer<typeof fileReferenceSchema>;

/** A file inside a message, with the tool call that made it. */
export const fileInfoSchema = openObject({
  ...fileReferenceSchema.shape,
  toolCallId: z.string().optional().describe('Tool call that produced the file.'),
});
export type FileInfo = z.infer<typeof fileInfoSchema>;
