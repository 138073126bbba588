import type { LanguageModel, LanguageModels, ModelStreamPart } from '@octavus/core';

/** What a model said in one call, in its own pieces. */
export type RecordedCall = readonly ModelStreamPart[];

type Resolve = LanguageModels['resolve'];

/** Models that keep what they say. @returns the calls so far, in the order in which they began */
export function recordCalls(resolve: Resolve): { readonly resolve: Resolve; readonly calls: readonly RecordedCall[] } {
  const calls: ModelStreamPart[][] = [];
  const record = (model: LanguageModel): LanguageModel => ({
    provider: model.provider,
    id: model.id,
    describeRequest: (request) => model.describeRequest(request),
    async *stream(request, signal) {
      const parts: ModelStreamPart[] = [];
      calls.push(parts);
      for await (const batch of model.stream(request, signal)) {
        parts.push(...batch);
        yield batch;
      }
    },
  });
  return {
    calls,
    resolve: (id) => {
      const found = resolve(id);
      return 'model' in found ? { ...found, model: record(found.model) } : found;
    },
  };
}

/** Models that say again what was recorded, call by call, whatever they are asked. */
export function replayCalls(calls: readonly RecordedCall[]): {
  readonly resolve: Resolve;
  readonly unused: () => number;
} {
  let next = 0;
  return {
    unused: () => calls.length - next,
    resolve: (id) => ({
      model: {
        provider: id.slice(0, id.indexOf('/')),
        id,
        describeRequest: () => ({ model: id }),
        async *stream() {
          const call = calls[next];
          next += 1;
          yield call ?? [failure(next, calls.length)];
        },
      },
    }),
  };
}

function failure(number: number, count: number): ModelStreamPart {
  const message = `The model was called ${number} times, the test has replies for ${count}`;
  return {
    type: 'error',
    failure: {
      errorType: 'unknown_error',
      message,
      retryable: false,
      source: 'platform',
      code: 'NO_REPLY',
      provider: { name: 'test' },
    },
  };
}

/** One call per line, as JSON. */
export function printCalls(calls: readonly RecordedCall[]): string {
  return calls.map((call) => `${JSON.stringify(call)}\n`).join('');
}

/** @throws SyntaxError for a line that is not JSON, TypeError for one that is no list. */
export function readCalls(text: string): RecordedCall[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => {
      const call: unknown = JSON.parse(line);
      if (!Array.isArray(call)) throw new TypeError(`line ${index + 1} is no list of pieces of a stream`);
      return call as RecordedCall;
    });
}
