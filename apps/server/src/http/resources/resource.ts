import { type ErrorCode, errorBodySchema, errorCatalogue } from '@octavus/core';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
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

interface Success {
  readonly status: 200 | 201 | 202;
  readonly description: string;
  /** By media type; empty for an answer without a body. */
  readonly content: Readonly<Record<string, z.ZodType>>;
}

/** The documented answers of a route: its success and the errors it may give. Every route may also give 401, 403 and 500. */
export function answers(success: Success, ...errors: readonly ErrorCode[]): Record<number, unknown> {
  const codes: readonly ErrorCode[] = ['UNAUTHORIZED', 'FORBIDDEN', 'INTERNAL_ERROR', ...errors];
  const statuses = new Map<number, string[]>();
  for (const code of codes) {
    const { status } = errorCatalogue[code];
    statuses.set(status, [...(statuses.get(status) ?? []), code]);
  }
  return {
    [success.status]: successAnswer(success),
    ...Object.fromEntries([...statuses].map(([status, names]) => [status, errorAnswer(names)])),
  };
}

/** The answers of a route whose address is its credential: no key is looked at, so there is no 401. */
export function signedAnswers(...parameters: Parameters<typeof answers>): Record<number, unknown> {
  const { 401: _, ...documented } = answers(...parameters);
  return documented;
}

/** A JSON success. */
export function json(status: 200 | 201 | 202, description: string, schema: z.ZodType) {
  return { status, description, content: { 'application/json': schema } };
}

function successAnswer({ description, content }: Success) {
  const types = Object.entries(content);
  if (types.length === 0) return z.null().describe(description);
  return { description, content: Object.fromEntries(types.map(([type, schema]) => [type, { schema }])) };
}

function errorAnswer(codes: readonly string[]) {
  return { description: codes.join(', '), content: { 'application/json': { schema: errorBodySchema } } };
}
