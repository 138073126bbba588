import { z } from 'zod';
import { openObject } from '../schema/open-object.ts';

/** Limits of uploads (HTTP spec 7.1); sizes in bytes, times in seconds. */
export const fileLimits = {
  fileBytes: 100 * 1024 * 1024,
  requestBytes: 200 * 1024 * 1024,
  filesPerRequest: 20,
  filenameLength: 255,
  uploadUrlSeconds: 15 * 60,
  downloadUrlSeconds: 24 * 60 * 60,
} as const;

/** `type/subtype`, with parameters that are ignored. */
export const mediaTypePattern = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;.*)?$/;

const uploadSchema = z.object({
  filename: z.string().min(1).max(fileLimits.filenameLength),
  mediaType: z.string().max(255).regex(mediaTypePattern).describe('type/subtype; parameters are ignored.'),
  size: z.number().int().min(1).max(fileLimits.fileBytes).describe('Size in bytes.'),
});

/** `POST /api/files/upload-urls`. */
export const uploadUrlsBodySchema = z.object({
  sessionId: z.string().min(1).describe('An active session, or a worker run.'),
  files: z
    .array(uploadSchema)
    .min(1)
    .max(fileLimits.filesPerRequest)
    .refine((files) => files.reduce((sum, file) => sum + file.size, 0) <= fileLimits.requestBytes, {
      error: `Too big: expected at most ${fileLimits.requestBytes} bytes in all`,
    }),
});
export type UploadUrlsBody = z.infer<typeof uploadUrlsBodySchema>;

export const fileUploadInfoSchema = openObject({
  id: z.string(),
  uploadUrl: z.string().describe('Absolute address for one PUT, valid for 15 minutes.'),
  downloadUrl: z.string().describe('Absolute address.'),
});
export type FileUploadInfo = z.infer<typeof fileUploadInfoSchema>;

/** In the order of the request. */
export const uploadUrlsResponseSchema = openObject({ files: z.array(fileUploadInfoSchema) });
export type UploadUrlsResponse = z.infer<typeof uploadUrlsResponseSchema>;
