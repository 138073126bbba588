import { listModelsResponseSchema } from '@octavus/core';
import { answers, json, type Resource } from './resource.ts';

/** `/api/models` (HTTP spec 12). */
export const models: Resource = (app, { services }) => {
  app.get(
    '/api/models',
    {
      schema: {
        tags: ['models'],
        summary: 'List providers and known models',
        description: 'Any `provider/model-id` of a configured provider is usable whether listed or not.',
        response: answers(json(200, 'What is known without asking providers', listModelsResponseSchema)),
      },
    },
    async () => services.listModels(),
  );
};
