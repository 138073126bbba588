import type { Resource } from './resource.ts';

/** `/openapi.json`: OpenAPI 3.1 of everything under `/api`, made from the schemas that check the requests. */
export const openapi: Resource = (app) => {
  let document: string | undefined;
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    document ??= JSON.stringify(app.swagger());
    return reply.type('application/json; charset=utf-8').send(document);
  });
};
