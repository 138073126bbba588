import type { ModelRequest, ModelStreamPart } from '@octavus/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createModels } from '../src/index.ts';
import { dialects } from './dialects.ts';
import { failing, openProviderServer, type ProviderServer, readEvents } from './provider-server.ts';
import { aRequest, callsOf, collect, failureOf, ordersTool, reasoningOf, textOf, weatherTool } from './requests.ts';

/** What an answer may be cut in: text, thoughts, a call, several calls, and endings that are none of the usual. */
const fixtures = ['text', 'reasoning', 'tool-call', 'parallel-calls', 'refusal', 'length'] as const;

describe.each(Object.entries(dialects))('%s', (_name, dialect) => {
  let server: ProviderServer;
  beforeAll(async () => {
    server = await openProviderServer(failing(500, '{}'));
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  /** What comes of this much of an answer. */
  const read = (body: string): Promise<ModelStreamPart[]> => {
    server.answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(body);
    };
    const resolved = createModels(dialect.config(server.url)).resolve(dialect.model);
    if (!('model' in resolved)) throw new Error(resolved.failure.message);
    const request: ModelRequest = aRequest({ tools: [weatherTool, ordersTool] });
    return collect(resolved.model.stream(request, new AbortController().signal));
  };

  test.each(fixtures)(
    'an answer with %s that is cut anywhere is a failure, never a finish or a call with less than all of it',
    async (fixture) => {
      const events = readEvents(dialect.fixtures, fixture, dialect.framing);
      const whole = await read(events.join(''));
      expect(whole.at(-1)?.type).toBe('finish');
      const finish = reasonOf(whole);
      let failures = 0;
      for (let count = 0; count < events.length; count++) {
        const begun = events[count] ?? '';
        for (const rest of ['', begun.slice(0, begun.length / 2)]) {
          const parts = await read(events.slice(0, count).join('') + rest);
          if (parts.at(-1)?.type === 'finish') {
            expect([count, saidIn(parts), reasonOf(parts)]).toEqual([count, saidIn(whole), finish]);
            continue;
          }
          failures += 1;
          expect(callsOf(whole)).toEqual(expect.arrayContaining(callsOf(parts)));
          expect(failureOf(parts)).toMatchObject({
            errorType: 'provider_error',
            code: `${dialect.code}_NETWORK`,
            retryable: true,
          });
          expect(parts.filter(({ type }) => type === 'error' || type === 'finish')).toHaveLength(1);
        }
      }
      expect(failures).toBeGreaterThan(1);
    },
  );
});

function saidIn(parts: readonly ModelStreamPart[]) {
  return { text: textOf(parts), reasoning: reasoningOf(parts), calls: callsOf(parts) };
}

function reasonOf(parts: readonly ModelStreamPart[]): string | undefined {
  const last = parts.at(-1);
  return last?.type === 'finish' ? last.reason : undefined;
}
