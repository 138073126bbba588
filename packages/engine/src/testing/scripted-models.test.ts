import type { LanguageModel, ModelRequest } from '@octavus/core';
import { expect, test } from 'vitest';
import { aProviderFailure, text, toolCall } from './model-parts.ts';
import { hang, partByPart, reply, type ScriptedModels, scriptedModels } from './scripted-models.ts';

const request: ModelRequest = {
  system: [],
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
  tools: [],
  toolChoice: 'auto',
  settings: { speed: 'standard', cache: 'auto' },
};

function modelOf(models: ScriptedModels, id = 'test/one'): LanguageModel {
  const resolved = models.resolve(id);
  if (!('model' in resolved)) throw new Error(resolved.failure.message);
  return resolved.model;
}

function callOnce(models: ScriptedModels, signal = new AbortController().signal) {
  return Array.fromAsync(modelOf(models).stream(request, signal));
}

test('a step answers one call and ends by itself', async () => {
  const models = scriptedModels([reply(text('t1', 'Hel', 'lo')), reply(toolCall('c1', 'find-order', { a: 1 }))]);
  const [said] = await callOnce(models);
  expect(said?.map((part) => part.type)).toEqual(['text-start', 'text-delta', 'text-delta', 'text-end', 'finish']);
  const [called] = await callOnce(models);
  expect(called?.at(-1)).toMatchObject({ type: 'finish', reason: 'tool-calls' });
  models.assertDone();
});

test('parts come in the batches the script says', async () => {
  const models = scriptedModels([partByPart(reply(text('t1', 'Hi')))]);
  expect((await callOnce(models)).map((batch) => batch.length)).toEqual([1, 1, 1, 1]);
});

test('an unexpected call fails the test, even when the code under test swallows it', async () => {
  const models = scriptedModels([]);
  await expect(callOnce(models)).rejects.toThrow('unexpected call 1 of test/one');
  expect(() => models.assertDone()).toThrow('unexpected call 1');
});

test('steps nobody asked for fail the test', () => {
  expect(() => scriptedModels([reply(text('t1', 'Hi'))]).assertDone()).toThrow('1 scripted steps were not used');
});

test('a call of another model than the script expects fails the test', async () => {
  const models = scriptedModels([{ ...reply(text('t1', 'Hi')), model: 'test/two' }]);
  await expect(callOnce(models)).rejects.toThrow('went to test/one');
});

test('a hanging step ends when it is aborted, without finish', async () => {
  const models = scriptedModels([hang(text('t1', 'Hal').slice(0, 2))]);
  const controller = new AbortController();
  const batches = [];
  for await (const batch of modelOf(models).stream(request, controller.signal)) {
    batches.push(batch);
    controller.abort();
  }
  expect(batches).toHaveLength(1);
  expect(models.abortedCalls).toBe(1);
});

test('a model can be unavailable', () => {
  const failure = aProviderFailure({ code: 'PROVIDER_NOT_CONFIGURED' });
  const models = scriptedModels([], { unavailable: { 'test/none': failure } });
  expect(models.resolve('test/none')).toEqual({ failure });
});
