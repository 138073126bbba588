import type { LanguageModelV4, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { ModelStreamPart } from '@octavus/core';
import { expect, test } from 'vitest';
import { aRequest, collect } from '../../test/requests.ts';
import { AiSdkModel, type AiSdkModelOptions } from './ai-sdk-model.ts';

const live = (): AbortSignal => new AbortController().signal;

/** A model of a library that says these parts. */
function aModel(said: readonly object[], overrides: Partial<AiSdkModelOptions> = {}): AiSdkModel {
  const stream = () => ReadableStream.from(said as readonly LanguageModelV4StreamPart[]);
  return new AiSdkModel({
    provider: 'lab',
    modelId: 'm',
    load: async () => ({ doStream: async () => ({ stream: stream() }) }) as Partial<LanguageModelV4> as LanguageModelV4,
    reads: [],
    takesOwnFiles: false,
    completesCutAnswers: false,
    toCall: () => ({ options: { prompt: [] } }),
    timeouts: { firstByteMs: 1_000, idleMs: 1_000 },
    ...overrides,
  });
}

test('[rt.errors.internal] a fault while the request is written is thrown as it is, with nothing said', async () => {
  const fault = new TypeError('a bug of ours');
  const toCall = () => {
    throw fault;
  };
  await expect(collect(aModel([], { toCall }).stream(aRequest(), live()))).rejects.toBe(fault);
});

test('[rt.errors.internal] a fault while the answer is read is thrown after what was said before', async () => {
  const said = [
    { type: 'text-start', id: 't' },
    { type: 'text-delta', id: 't', delta: 'Hel' },
    // What a finish without counts does to the code that reads them.
    { type: 'finish', finishReason: { unified: 'stop', raw: 'stop' } },
  ];
  const parts: ModelStreamPart[] = [];
  const read = async () => {
    for await (const batch of aModel(said).stream(aRequest(), live())) parts.push(...batch);
  };
  await expect(read()).rejects.toThrow(TypeError);
  expect(parts.map(({ type }) => type)).toEqual(['text-start', 'text-delta']);
});

test('a fault after an abort is of no interest', async () => {
  const controller = new AbortController();
  const toCall = () => {
    controller.abort();
    throw new Error('a bug of ours');
  };
  expect(await collect(aModel([], { toCall }).stream(aRequest(), controller.signal))).toEqual([]);
});
