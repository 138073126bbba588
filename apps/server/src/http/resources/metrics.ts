import type { Resource } from './resource.ts';

/** `/metrics`, in the text format of Prometheus. */
export const metrics: Resource = (app, context) => {
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    const { text, contentType } = await context.metrics.scrape();
    return reply.type(contentType).send(text);
  });
};
