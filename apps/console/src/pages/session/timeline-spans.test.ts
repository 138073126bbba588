import { expect, test } from 'vitest';
import { type Entry, toExecutions } from './timeline-spans.ts';

const at = (ms: number, type: string, facts: object = {}): Entry => ({
  id: `${type} ${ms}`,
  timestamp: new Date(1_000_000 + ms).toISOString(),
  type,
  ...facts,
});

const lengths = (entries: readonly Entry[]) =>
  toExecutions(entries).map(({ spans }) =>
    spans.map(({ entry, startMs, durationMs }) => `${entry.type} ${startMs}+${durationMs}`),
  );

test('each trigger begins an execution, which lasts to its last entry', () => {
  const entries = [at(0, 'trigger'), at(5, 'message'), at(70, 'trigger'), at(90, 'llm-response')];
  expect(lengths(entries)).toEqual([
    ['trigger 0+5', 'message 5+0'],
    ['trigger 0+20', 'llm-response 20+0'],
  ]);
});

test('a model request lasts to its answer or failure, of the same thread and worker', () => {
  const worker = { workerId: 'w1' };
  const entries = [
    at(0, 'trigger'),
    at(1, 'model-request'),
    at(2, 'model-request', worker),
    at(10, 'error', worker),
    at(30, 'step-stats'),
    at(31, 'llm-response'),
  ];
  expect(lengths(entries)[0]).toEqual([
    'trigger 0+31',
    'model-request 1+29',
    'model-request 2+8',
    'error 10+0',
    'step-stats 30+0',
    'llm-response 31+0',
  ]);
});

test('calls of tools at the same time each last to their own result; what has no end yet has no length', () => {
  const entries = [
    at(0, 'trigger'),
    at(1, 'tool-call', { toolName: 'slow' }),
    at(1, 'tool-call', { toolName: 'quick' }),
    at(1, 'tool-call', { toolName: 'open' }),
    at(4, 'tool-result', { toolName: 'quick' }),
    at(9, 'tool-result', { toolName: 'slow' }),
    at(9, 'worker-execution', { workerId: 'w1' }),
    at(20, 'worker-output', { workerId: 'w1' }),
  ];
  expect(lengths(entries)[0]?.slice(1)).toEqual([
    'tool-call 1+8',
    'tool-call 1+3',
    'tool-call 1+0',
    'tool-result 4+0',
    'tool-result 9+0',
    'worker-execution 9+11',
    'worker-output 20+0',
  ]);
});

test('an execution has the tokens of all its model requests and the number of its errors', () => {
  const stepStats = { usage: { inputTokens: 10, cachedInputTokens: 4, outputTokens: 3 } };
  const [execution] = toExecutions([
    at(0, 'trigger'),
    at(1, 'step-stats', { stepStats }),
    at(2, 'error'),
    at(3, 'step-stats', { stepStats: { usage: { inputTokens: 1, outputTokens: 1 } } }),
  ]);
  expect(execution?.usage).toEqual({ inputTokens: 11, cachedInputTokens: 4, outputTokens: 4 });
  expect(execution?.errors).toBe(1);
});
