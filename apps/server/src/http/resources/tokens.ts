import {
  mintTokenBodySchema,
  mintTokenResponseSchema,
  revokeTokenBodySchema,
  revokeTokenResponseSchema,
} from '@octavus/core';
import { answers, json, type Resource } from './resource.ts';

const tags = ['tokens'];

/** `/api/tokens` (HTTP spec 9). */
export const tokens: Resource = (app, { services }) => {
  app.post(
    '/api/tokens',
    {
      schema: {
        tags,
        summary: 'Mint an ephemeral token',
        description: 'A credential that expires, for one agent or one session of it. It is shown once.',
        body: mintTokenBodySchema,
        response: answers(
          json(201, 'Minted', mintTokenResponseSchema),
          'VALIDATION_ERROR',
          'NOT_FOUND',
          'PAYLOAD_TOO_LARGE',
        ),
      },
    },
    async ({ projectId, keyId, body }, reply) => {
      const minted = await services.tokens.mint({ projectId, keyId }, body);
      return reply.code(201).send(minted);
    },
  );

  app.post(
    '/api/tokens/revoke',
    {
      schema: {
        tags,
        summary: 'Revoke an ephemeral token',
        description:
          'By the token or by its id. What is no live token of the project is answered with `revoked: false`.',
        body: revokeTokenBodySchema,
        response: answers(
          json(200, 'Revoked, or not there', revokeTokenResponseSchema),
          'VALIDATION_ERROR',
          'PAYLOAD_TOO_LARGE',
        ),
      },
    },
    ({ projectId, body }) => services.tokens.revoke(projectId, body),
  );
};
