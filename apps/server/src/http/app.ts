import { OctavusError } from '@octavus/core';
import { type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { createMetrics } from '../metrics.ts';
import type { Services } from '../services.ts';
import { recordWhenDone } from './access-log.ts';
import { requireAccess } from './auth.ts';
import { createClientErrorHandler, ignoreExpectations } from './client-error.ts';
import { assertDeclared } from './console/access.ts';
import { bodyLimitBytes, createErrorReplies } from './errors.ts';
import { corsHeaders, createRequestIds, isApiPath } from './headers.ts';
import { answerOncePerKey } from './idempotency-key.ts';
import { answerUnknownPaths } from './not-found.ts';
import { OpenStreams } from './open-streams.ts';
import { describeApi, keyOrToken } from './openapi.ts';
import { parseJsonBody } from './parse-json.ts';
import { accessOf } from './permissions.ts';
import { resources } from './resources/index.ts';
import { serializerCompiler, validatorCompiler } from './validation.ts';

export type App = Awaited<ReturnType<typeof buildApp>>;

/** Longest time for a request to arrive in full, in milliseconds: as long as the address of an upload is valid (HTTP spec 7.1). */
const requestTimeoutMs = 15 * 60 * 1000;

/** Node refuses longer request lines itself. */
const maxPathLength = 16 * 1024;

/** Builds the HTTP side of the server on its services: routes, errors, access, documentation. Not listening yet. */
export async function buildApp(services: Services) {
  const { logger } = services;
  const errors = createErrorReplies({ format: services.errorFormat, logger });
  const streams = new OpenStreams();
  const metrics = createMetrics({ runningLegs: () => services.executions.running, openStreams: () => streams.size });
  const requestIdOf = createRequestIds();

  const app = fastify({
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    // Requests on open connections are answered while the server closes; what may not start any more refuses itself.
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request.headers['x-request-id']),
    // No hook runs for an address that cannot be decoded.
    frameworkErrors: (error, request, reply) => errors.send(error, request, setCommonHeaders(request, reply)),
    clientErrorHandler: createClientErrorHandler({
      format: services.errorFormat,
      newRequestId: () => requestIdOf(undefined),
    }),
    // Node would answer a request without one by itself, with nothing but a status.
    http: { requireHostHeader: false },
    // An id of any length that was never given is unknown, not malformed.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: maxPathLength },
  }).withTypeProvider<ZodTypeProvider>();

  ignoreExpectations(app.server);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, request, reply) => errors.send(error, request, reply));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, async (_request: unknown, text: string) => parseJsonBody(text));
  app.decorateRequest('projectId', '').decorateRequest('keyId', '').decorateRequest('scoped', null);

  app.addHook('onRequest', (request, reply, done) => {
    recordWhenDone(request, reply, { logger, metrics });
    setCommonHeaders(request, reply);
    if (request.raw.headers.host === undefined && request.raw.httpVersion === '1.1') return done(withoutHost());
    if (!isApiPath(request.url)) return done();
    if (request.method === 'OPTIONS') return reply.code(204).send();
    // A body is JSON whatever its type says, and a type that cannot be read is no reason to refuse it.
    delete request.raw.headers['content-type'];
    done();
  });

  app.addHook('onRoute', (route) => {
    assertDeclared(route.method, route.url);
    if (!isApiPath(route.url)) return;
    const access = accessOf(route.method, route.url);
    if (access === 'signature') return;
    Object.assign(route, requireAccess(access, services));
    if (access.target) route.schema = { ...route.schema, security: keyOrToken };
  });

  answerOncePerKey(app, services);
  answerUnknownPaths(app);
  await describeApi(app);
  for (const register of Object.values(resources)) register(app, { services, streams, metrics });
  app.addHook('onClose', async () => streams[Symbol.dispose]());
  return app;
}

/** RFC 9112 3.2. */
function withoutHost(): OctavusError {
  return new OctavusError('VALIDATION_ERROR', { reason: 'the header Host is missing' });
}

/** What every answer carries (HTTP spec 1.4, 1.6). */
function setCommonHeaders(request: Pick<FastifyRequest, 'id' | 'url'>, reply: FastifyReply): FastifyReply {
  reply.header('x-request-id', request.id).header('cache-control', 'no-store');
  return isApiPath(request.url) ? reply.headers(corsHeaders) : reply;
}
