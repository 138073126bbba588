import { OctavusError } from '@octavus/core';
import type { Resource } from './resource.ts';

const schema = { hide: true };

/** `/healthz`: the process answers. `/readyz`: it should get requests, so the database answers and it is not draining. */
export const health: Resource = (app, { services }) => {
  app.get('/healthz', { schema }, async () => ({ status: 'ok' }));

  app.get('/readyz', { schema }, async () => {
    if (services.lifecycle.isDraining)
      throw new OctavusError('SERVICE_UNAVAILABLE', {}, { message: 'The server is shutting down' });
    await services.checkDatabase();
    return { status: 'ready' };
  });
};
