import { createHash } from 'node:crypto';
import { OctavusError } from '@octavus/core';

/** A file of a form. As JSON it is its digest, which stands for it where requests are compared. */
export class FormFile {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  toJSON(): { readonly sha256: string } {
    return { sha256: createHash('sha256').update(this.bytes).digest('hex') };
  }
}

/**
 * Reads a form, whole (RFC 7578).
 *
 * @param contentType as it was sent, with its boundary.
 * @returns texts and files by field name; of several with one name the last.
 * @throws OctavusError UNSUPPORTED_MEDIA_TYPE, VALIDATION_ERROR
 */
export async function readForm(
  contentType: string | undefined,
  body: Buffer,
): Promise<Readonly<Record<string, string | FormFile>>> {
  if (!contentType || !/^multipart\/form-data\s*(;|$)/i.test(contentType)) {
    throw new OctavusError('UNSUPPORTED_MEDIA_TYPE', { expected: 'multipart/form-data' });
  }
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } })
    .formData()
    .catch((cause: unknown) => {
      throw new OctavusError('VALIDATION_ERROR', { reason: 'the form could not be read' }, { cause });
    });
  const fields = [...form].map(async ([name, value]): Promise<[string, string | FormFile]> => {
    return [name, typeof value === 'string' ? value : new FormFile(Buffer.from(await value.arrayBuffer()))];
  });
  return Object.fromEntries(await Promise.all(fields));
}
