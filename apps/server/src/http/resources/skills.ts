import {
  agentQuerySchema,
  listSkillsResponseSchema,
  skillLimits,
  skillSecretsBodySchema,
  skillSecretsResponseSchema,
  uploadSkillFieldsSchema,
  uploadSkillResponseSchema,
} from '@octavus/core';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { contentTypeOf } from '../content-type.ts';
import { FormFile, readForm } from '../multipart.ts';
import { answers, json, type Resource } from './resource.ts';

const tags = ['skills'];
const params = z.object({ id: z.string().describe('Id of the skill.') });

/** The archive, and room for the rest of the form. */
const formBytes = skillLimits.packedBytes + 64 * 1024;

const uploadFormSchema = uploadSkillFieldsSchema.extend({
  file: z
    .instanceof(FormFile, { error: 'Expected a file' })
    .refine(({ bytes }) => bytes.length > 0, { error: 'The file is empty' })
    .meta({ type: 'string', format: 'binary', description: 'ZIP archive with a SKILL.md at its root.' }),
});

const uploadAnswers: Record<number, unknown> = {
  ...answers(
    json(201, 'Created', uploadSkillResponseSchema),
    'VALIDATION_ERROR',
    'PAYLOAD_TOO_LARGE',
    'UNSUPPORTED_MEDIA_TYPE',
  ),
  200: { description: 'Updated', content: { 'application/json': { schema: uploadSkillResponseSchema } } },
};

/** `/api/skills` (HTTP spec 10). */
export const skills: Resource = (app, { services: { skills } }) => {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: formBytes },
      (request: FastifyRequest, body: Buffer) => readForm(contentTypeOf(request), body),
    );
    scope.post(
      '/api/skills',
      {
        bodyLimit: formBytes,
        schema: {
          tags,
          summary: 'Upload a skill',
          description:
            'A form (`multipart/form-data`) whose field `file` is a ZIP archive with a SKILL.md at its root. A skill of the same slug gets ' +
            'the new content and keeps its id and secrets.',
          consumes: ['multipart/form-data'],
          body: uploadFormSchema,
          response: uploadAnswers,
        },
      },
      async (request, reply) => {
        const { file, visibility } = request.body as z.output<typeof uploadFormSchema>;
        const uploaded = await skills.upload(request.projectId, file.bytes, { visibility });
        return reply.code(uploaded.created ? 201 : 200).send(uploaded);
      },
    );
  });

  app.get(
    '/api/skills',
    { schema: { tags, summary: 'List skills', response: answers(json(200, 'By slug', listSkillsResponseSchema)) } },
    ({ projectId }) => skills.list(projectId),
  );

  app.get(
    '/api/skills/:id/archive',
    {
      schema: {
        tags,
        summary: 'Download a skill',
        description: 'The ZIP archive as it was uploaded. Secrets are no part of it.',
        params,
        querystring: agentQuerySchema,
        response: answers(
          { status: 200, description: 'The archive', content: { 'application/zip': z.file() } },
          'VALIDATION_ERROR',
          'NOT_FOUND',
        ),
      },
    },
    async ({ projectId, params: { id }, query: { by = 'id' } }, reply) => {
      const { slug, archive } = await skills.download(projectId, id, by);
      reply.header('content-disposition', `attachment; filename="${slug}.zip"`);
      return reply.type('application/zip').send(Buffer.from(archive));
    },
  );

  app.put(
    '/api/skills/:id/secrets',
    {
      schema: {
        tags,
        summary: "Set a skill's secrets",
        description: 'Names that are given are set, `null` removes, others stay. Values are never given out again.',
        params,
        body: skillSecretsBodySchema,
        response: answers(
          json(200, 'Set', skillSecretsResponseSchema),
          'VALIDATION_ERROR',
          'NOT_FOUND',
          'PAYLOAD_TOO_LARGE',
        ),
      },
    },
    ({ projectId, params: { id }, body }) => skills.setSecrets(projectId, id, body),
  );
};
