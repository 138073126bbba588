import { expect, test } from 'vitest';
import type { StreamEvent } from '../src/index.ts';
import { delta, finish, openStream, say, serveScript, start, stream } from './script-server.ts';

function recorder() {
  const seen: (StreamEvent | 'finished')[] = [];
  let onFirst = (): void => undefined;
  const first = new Promise<void>((resolve) => {
    onFirst = resolve;
  });
  const handlers = {
    onEvent: (event: StreamEvent) => {
      seen.push(event);
      onFirst();
    },
    onFinish: async () => void seen.push('finished'),
  };
  return { seen, first, handlers };
}

test('a trigger streams its events, then finishes', async () => {
  await using server = await serveScript(stream(start, delta('a'), finish));
  const { seen, handlers } = recorder();
  await server.client().agentSessions.attach('s').handleSocketMessage(say, handlers);
  expect(seen).toEqual([start, delta('a'), finish, 'finished']);
});

test('stop ends what runs, without another event', async () => {
  await using server = await serveScript(openStream(start));
  const session = server.client().agentSessions.attach('s');
  const { seen, first, handlers } = recorder();
  const run = session.handleSocketMessage(say, handlers);
  await first;
  await session.handleSocketMessage({ type: 'stop' }, handlers);
  await run;
  expect(seen).toEqual([start]);
  await session.handleSocketMessage({ type: 'stop' }, handlers);
});

test('a further message replaces what runs', async () => {
  await using server = await serveScript(openStream(start), stream(delta('new'), finish));
  const session = server.client().agentSessions.attach('s');
  const old = recorder();
  const run = session.handleSocketMessage(say, old.handlers);
  await old.first;
  const { seen, handlers } = recorder();
  await session.handleSocketMessage({ type: 'continue', executionId: 'e', toolResults: [] }, handlers);
  await run;
  expect(old.seen).toEqual([start]);
  expect(seen).toEqual([delta('new'), finish, 'finished']);
});

test('a failure is one error event and no finish', async () => {
  const { seen, handlers } = recorder();
  await using server = await serveScript();
  const session = server.client({ baseUrl: 'no address' }).agentSessions.attach('s');
  await session.handleSocketMessage(say, handlers);
  expect(seen).toMatchObject([{ type: 'error', errorType: 'internal_error' }]);
});

test('a failure of onFinish rejects and emits nothing', async () => {
  await using server = await serveScript(stream(finish));
  const seen: StreamEvent[] = [];
  const handlers = {
    onEvent: (event: StreamEvent) => void seen.push(event),
    onFinish: () => Promise.reject(new Error('mine')),
  };
  await expect(server.client().agentSessions.attach('s').handleSocketMessage(say, handlers)).rejects.toThrow('mine');
  expect(seen).toEqual([finish]);
});
