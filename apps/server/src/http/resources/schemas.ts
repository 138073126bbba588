import { protocolJsonSchema, settingsJsonSchema } from '@octavus/protocol';
import type { Resource } from './resource.ts';

/** `/schemas/…`: the JSON Schemas that editors read through the first line of a `protocol.yaml`; any editor may, without a key. */
export const schemas: Resource = (app) => {
  for (const [name, make] of [
    ['protocol', protocolJsonSchema],
    ['settings', settingsJsonSchema],
  ] as const) {
    let document: string | undefined;
    app.get(`/schemas/${name}.json`, { schema: { hide: true } }, async (_request, reply) => {
      document ??= JSON.stringify(make());
      reply.header('access-control-allow-origin', '*');
      return reply.type('application/schema+json; charset=utf-8').send(document);
    });
  }
};
