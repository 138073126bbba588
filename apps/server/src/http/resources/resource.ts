import { type ErrorCode, errorBodySchema, errorCatalogue } from '@octavus/core';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { Metrics } from '../../metrics.ts';
import type { Services } from '../../services.ts';
import type { OpenStreams } from '../open-streams.ts';

type ResourceApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What routes are built on. */
interface ResourceContext {
  readonly services: Services;
  readonly streams: OpenStreams;
  readonly metrics: Metrics;
}

/** Registers the routes of one resource. */
export type Resource = (app: ResourceApp, context: ResourceContext) => void;

/** The documented answers of a route: its success and the errors it may give. Every route may also give 401, 403 and 500. */
export function answers(
  success: { readonly status: 200 | 201; readonly description: string; readonly content: Record<string, z.ZodType> },
  ...errors: readonly ErrorCode[]
): Record<number, unknown> {
  const codes: readonly ErrorCode[] = ['UNAUTHORIZED', 'FORBIDDEN', 'INTERNAL_ERROR', ...errors];
  const statuses = new Map<number, string[]>();
  for (const code of codes) {
    const { status } = errorCatalogue[code];
    statuses.set(status, [...(statuses.get(status) ?? []), code]);
  }
  const content = Object.entries(success.content).map(([type, schema]) => [type, { schema }]);
  return {
    [success.status]: { description: success.description, content: Object.fromEntries(content) },
    ...Object.fromEntries([...statuses].map(([status, names]) => [status, errorAnswer(names)])),
  };
}

/** A JSON success. */
export function json(status: 200 | 201, description: string, schema: z.ZodType) {
  return { status, description, content: { 'application/json': schema } };
}

function errorAnswer(codes: readonly string[]) {
  return { description: codes.join(', '), content: { 'application/json': { schema: errorBodySchema } } };
}
