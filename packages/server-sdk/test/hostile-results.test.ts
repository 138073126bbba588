import { describe, expect, test } from 'vitest';
import { collect, enforceToolResultsSize, Resource, type ToolResult } from '../src/index.ts';
import { finish, json, say, serveScript, start, stream } from './script-server.ts';

describe('results that a client sends', () => {
  const continueWith = async (toolResults: unknown, config: object = {}) => {
    await using server = await serveScript(json(400, { error: 'Invalid request', code: 'VALIDATION_ERROR' }));
    const request = { type: 'continue', executionId: 'e', toolResults: toolResults as ToolResult[] } as const;
    const events = await Array.fromAsync(server.client(config).agentSessions.attach('s').execute(request));
    return { events, sent: server.requests[0]?.body?.toolResults };
  };

  test.each([['text'], [7], [null], [{ a: 1 }], [[]], [[{}]]])(
    '%j goes to the server, which refuses it',
    async (bad) => {
      const { events, sent } = await continueWith(bad);
      expect(events).toMatchObject([{ type: 'error', code: 'VALIDATION_ERROR' }]);
      expect(sent).toEqual(bad === null ? undefined : bad);
    },
  );

  test('however many there are, they are refused with an error event', async () => {
    const many = Array.from({ length: 200_000 }, () => ({ toolCallId: 'c', result: 'abc' }));
    const { events, sent } = await continueWith(many);
    expect(events).toMatchObject([{ type: 'error', message: expect.stringContaining('too big') }]);
    expect(sent).toBeUndefined();
  });

  test('entries that are no results, and too big, are not sent', async () => {
    const { events, sent } = await continueWith([null, 'x'.repeat(2000)], { maxContinuationBytes: 1000 });
    expect(events).toMatchObject([{ type: 'error', message: expect.stringContaining('too big') }]);
    expect(sent).toBeUndefined();
  });

  test('a value that JSON cannot carry is an error of its tool; the given object stays', async () => {
    const given = [{ toolCallId: 'c', toolName: 'pick', result: 1n }];
    await using server = await serveScript(stream(finish), stream(finish));
    const client = server.client();
    await collect(client.agentSessions.attach('s').execute({ type: 'continue', executionId: 'e', toolResults: given }));
    await collect(client.workers.continue('a', 'e', given));
    for (const { body } of server.requests) {
      const [sent] = body.toolResults;
      expect(sent).toEqual({ toolCallId: 'c', toolName: 'pick', error: expect.stringContaining('JSON cannot carry') });
    }
    expect(given[0]).toEqual({ toolCallId: 'c', toolName: 'pick', result: 1n });
  });
});

describe('cutting results', () => {
  const result = (size: number, fill = 'x'): ToolResult => ({ toolCallId: `c${size}`, result: fill.repeat(size) });

  test('cuts each once, and reports it once', () => {
    const { results, truncations, overflow } = enforceToolResultsSize([result(90_000), result(10_000)], 20_000);
    expect(truncations.map(({ toolCallId }) => toolCallId)).toEqual(['c90000']);
    expect(String(results?.[0]?.result).match(/is too big and was cut/g)).toHaveLength(1);
    expect(overflow).toBe(true);
  });

  test('never cuts a character in two', () => {
    for (const shift of ['', 'x']) {
      const { results } = enforceToolResultsSize([{ toolCallId: 'c', result: shift + '🌿'.repeat(20_000) }], 1000);
      expect(String(results?.[0]?.result).isWellFormed()).toBe(true);
    }
  });

  test('costs what the results weigh, not its square', () => {
    const many = Array.from({ length: 512 }, (_, index) => result(40_000 + index));
    let reads = 0;
    const counted = many.map((entry) => ({
      ...entry,
      get result() {
        reads += 1;
        return entry.result;
      },
    }));
    enforceToolResultsSize(counted, 1_000_000);
    expect(reads).toBeLessThan(512 * 20);
  });
});

describe('callbacks that fail in their own ways', () => {
  const update = { type: 'resource-update', name: 'NOTES', value: 1 };
  class Notes extends Resource {
    readonly name = 'NOTES';
    readonly #fail: () => unknown;
    constructor(fail: () => unknown) {
      super();
      this.#fail = fail;
    }
    onUpdate(): void {
      this.#fail();
    }
  }

  test('onCallbackError that throws disturbs nothing', async () => {
    await using server = await serveScript(stream(start, update, finish));
    let told = 0;
    const onCallbackError = () => {
      told += 1;
      throw new Error('mine too');
    };
    const resources = [
      new Notes(() => {
        throw new Error('mine');
      }),
    ];
    const session = server.client({ onCallbackError }).agentSessions.attach('s', { resources });
    expect(await Array.fromAsync(session.execute(say))).toEqual([start, update, finish]);
    expect(told).toBe(1);
  });
});
