import { OctavusError, uploadUrlsBodySchema, uploadUrlsResponseSchema } from '@octavus/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { dispositionOf } from '../../files/file-names.ts';
import type { ByteRange, OpenFile } from '../../files/stores/store.ts';
import type { StoredFile } from '../../storage/storage.ts';
import { parseByteRange } from '../byte-range.ts';
import { contentTypeOf } from '../content-type.ts';
import { answers, json, type Resource, signedAnswers } from './resource.ts';

const tags = ['files'];
const params = z.object({ fileId: z.string().describe('Id of the file.') });

/** What is missing or malformed is a wrong signature, not a malformed request. */
const signaturePart = (description: string) => z.string().catch('').describe(description);
const signatureQuery = z.object({
  op: signaturePart('`put` or `get`.'),
  exp: signaturePart('When the address expires, in seconds since the epoch.'),
  sig: signaturePart('Signature of the other two and the file.'),
});
const signed = { tags, params, querystring: signatureQuery, security: [] };

/** `/api/files` (HTTP spec 7). */
export const files: Resource = (app, { services: { files, fileUrls } }) => {
  app.post(
    '/api/files/upload-urls',
    {
      schema: {
        tags,
        summary: 'Get addresses for uploads',
        body: uploadUrlsBodySchema,
        response: answers(
          json(200, 'One entry for each file, in the order of the request', uploadUrlsResponseSchema),
          'VALIDATION_ERROR',
          'NOT_FOUND',
          'SESSION_EXPIRED',
          'PAYLOAD_TOO_LARGE',
        ),
      },
    },
    ({ projectId, body }) => files.createUploads(projectId, body),
  );

  app.route({
    method: ['GET', 'HEAD'],
    url: '/api/files/:fileId',
    schema: {
      ...signed,
      summary: 'Download a file',
      description: 'The address comes from the server; its signature is the credential. Single ranges are answered.',
      response: {
        ...signedAnswers(
          { status: 200, description: 'The file', content: { '*/*': z.file() } },
          'NOT_FOUND',
          'RANGE_NOT_SATISFIABLE',
        ),
        206: { description: 'A part of it', content: { '*/*': { schema: z.file() } } },
      },
    },
    handler: async (request, reply) => {
      const { fileId } = request.params;
      fileUrls.verify('get', fileId, request.query);
      return sendFile(request, reply, await files.open(fileId));
    },
  });

  // Bytes go to the disk as they come: nothing here reads them as JSON, or reads them at all.
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.put(
      '/api/files/:fileId',
      {
        schema: {
          ...signed,
          summary: 'Upload a file',
          description: 'The body is the file: the declared content type, the declared number of bytes.',
          response: signedAnswers(
            { status: 200, description: 'Stored', content: {} },
            'VALIDATION_ERROR',
            'NOT_FOUND',
            'PAYLOAD_TOO_LARGE',
            'UNSUPPORTED_MEDIA_TYPE',
            'SERVICE_UNAVAILABLE',
          ),
        },
      },
      async (request, reply) => {
        const { fileId } = request.params as z.output<typeof params>;
        fileUrls.verify('put', fileId, request.query as z.output<typeof signatureQuery>);
        const { etag } = await files.upload(fileId, {
          contentType: contentTypeOf(request),
          contentLength: contentLengthOf(request),
          bytes: bodyOf(request),
        });
        return reply.header('etag', etag).send();
      },
    );
  });
};

interface OpenedFile {
  readonly file: StoredFile;
  readonly content: OpenFile;
}

/** Answers with all of an opened file, with a part of it, or with word that the caller has it. */
async function sendFile(request: FastifyRequest, reply: FastifyReply, { file, content }: OpenedFile) {
  const { headers, method } = request;
  const isKnown = headers['if-none-match']?.split(',').some((tag) => tag.trim() === content.etag);
  const range = method === 'HEAD' || isKnown ? undefined : await rangeOf(request, reply, content);
  reply.headers(headersOf(file, content, range));
  if (method === 'GET' && !isKnown) return reply.code(range ? 206 : 200).send(content.read(range));
  await content[Symbol.asyncDispose]();
  return reply.code(isKnown ? 304 : 200).send();
}

function headersOf(file: StoredFile, { etag, sizeBytes }: OpenFile, range: ByteRange | undefined) {
  const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
  return {
    'content-type': file.mediaType,
    'content-length': end - start + 1,
    ...(range && { 'content-range': `bytes ${start}-${end}/${sizeBytes}` }),
    'content-disposition': dispositionOf(file),
    etag,
    'accept-ranges': 'bytes',
    'cache-control': 'private, max-age=3600',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  };
}

/** A range of what was there before (`If-Range`) is no range of this. */
async function rangeOf({ headers }: FastifyRequest, reply: FastifyReply, content: OpenFile) {
  const condition = headers['if-range'];
  if (condition !== undefined && condition !== content.etag) return undefined;
  try {
    return parseByteRange(headers.range, content.sizeBytes);
  } catch (error) {
    await content[Symbol.asyncDispose]();
    reply.header('content-range', `bytes */${content.sizeBytes}`);
    throw error;
  }
}

/** undefined: the length is not known before the end. */
function contentLengthOf({ headers }: FastifyRequest): number | undefined {
  return headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
}

/** The body as it arrives. Whoever stops reading leaves the connection open, so that the caller can be told why. */
async function* bodyOf({ raw }: FastifyRequest): AsyncGenerator<Uint8Array> {
  try {
    yield* raw.iterator({ destroyOnReturn: false });
  } catch (cause) {
    throw new OctavusError('VALIDATION_ERROR', { reason: 'the upload was cut off' }, { cause });
  }
}
