import { OctavusError } from '@octavus/core';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { createErrorReplies } from './errors.ts';

/** The levels at which an error that a route throws is logged. */
async function levelsOf(error: Error): Promise<string[]> {
  const levels: string[] = [];
  const note = (level: string) => () => void levels.push(level);
  const logger = { error: note('error'), warn: note('warn'), debug: note('debug') };
  const replies = createErrorReplies({ format: 'nested', logger });
  const app = fastify();
  app.setErrorHandler((thrown, request, reply) => replies.send(thrown, request, reply));
  app.get('/', () => {
    throw error;
  });
  await app.inject('/');
  await app.close();
  return levels;
}

test('what is refused for want of room is no news, a service that is away is', async () => {
  expect(await levelsOf(new OctavusError('SERVICE_UNAVAILABLE', { retryAfterSeconds: 2 }))).toEqual(['debug']);
  const cause = new Error('connect ECONNREFUSED');
  expect(await levelsOf(new OctavusError('SERVICE_UNAVAILABLE', {}, { cause }))).toEqual(['warn']);
  expect(await levelsOf(new Error('a fault'))).toEqual(['error']);
  expect(await levelsOf(new OctavusError('NOT_FOUND', { resource: 'Agent' }))).toEqual([]);
});
