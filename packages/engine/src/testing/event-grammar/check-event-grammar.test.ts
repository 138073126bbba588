import { readFileSync } from 'node:fs';
import type { StreamEvent } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { checkExecution } from '../check-execution.ts';
import { checkEventGrammar, type LegOptions } from './check-event-grammar.ts';
import { GrammarError, type GrammarRule } from './grammar-error.ts';

/** The example streams of stream-events.md 12: title → legs. */
const examples = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/example-streams.json', import.meta.url), 'utf8'),
) as Record<string, StreamEvent[][]>;

/** What a browser sees in this one comes from an SDK, so the server's grammar does not allow it. */
const sdkExample = 'Mixed server and client tools, as the browser sees it';

describe('[sse.examples] the example streams of the specification', () => {
  for (const [title, legs] of Object.entries(examples).filter(([name]) => name !== sdkExample)) {
    test(`${title}: is a valid stream`, () => {
      const kind = legs[0]?.some((event) => event.type === 'worker-start') && legs.length > 1 ? 'worker' : 'session';
      for (const leg of legs) checkEventGrammar(leg, { kind });
      if (legs.length > 1) checkExecution(legs);
    });
  }

  test('[sse.finish.client-tool-calls] client-tool-request is not the server’s to send', () => {
    expect(ruleOf(examples[sdkExample]![0]!)).toBe('3');
  });
});

const start: StreamEvent = {
  type: 'start',
  messageId: '1772616601450-p0d4m8s',
  executionId: 'exec_h4t9k2v7m1q8x3z6w5n0p2r7',
  sessionId: 'cs3w8r1y6b0j5k9f4g2m7p0x',
};
const { executionId } = start as { executionId: string };
const stop: StreamEvent = { type: 'finish', finishReason: 'stop', executionId };
const pause: StreamEvent = { type: 'finish', finishReason: 'tool-calls', executionId };
const block: StreamEvent = {
  type: 'block-start',
  blockId: 'p2r7-1',
  blockName: 'Answer',
  blockType: 'next-message',
  display: 'stream',
  outputToChat: true,
};
const end: StreamEvent = { type: 'block-end', blockId: 'p2r7-1' };
const failed: StreamEvent = {
  type: 'error',
  errorType: 'provider_error',
  message: 'broken',
  retryable: true,
  source: 'provider',
};

function says(id: string, ...deltas: string[]): StreamEvent[] {
  return [
    { type: 'text-start', id },
    ...deltas.map((delta): StreamEvent => ({ type: 'text-delta', id, delta })),
    { type: 'text-end', id },
  ];
}

function calls(toolCallId: string, toolName = 'find-order', input: unknown = {}): StreamEvent[] {
  return [
    { type: 'tool-input-start', toolCallId, toolName, display: 'description' },
    { type: 'tool-input-end', toolCallId },
    { type: 'tool-input-available', toolCallId, toolName, input },
  ];
}

function answers(toolCallId: string): StreamEvent {
  return { type: 'tool-output-available', toolCallId, output: null };
}

function asks(...ids: string[]): StreamEvent {
  const toolCalls = ids.map((toolCallId) => ({ toolCallId, toolName: 'find-order', args: {}, source: 'llm' as const }));
  return { type: 'tool-request', toolCalls };
}

function ruleOf(events: readonly StreamEvent[], options?: LegOptions): GrammarRule | undefined {
  try {
    checkEventGrammar(events, options);
    return undefined;
  } catch (error) {
    if (error instanceof GrammarError) return error.rule;
    throw error;
  }
}

const valid: Record<string, StreamEvent[]> = {
  'a turn without a word': [start, stop],
  'an error before any block': [start, failed],
  'an error inside an open text': [start, block, { type: 'text-start', id: 't1' }, failed],
  'a text of a hidden block': [start, ...says('t1', 'all at once'), stop],
  'a hidden call, asked for only': [start, asks('call_1'), pause],
  'a server-run and an external call in one step': [
    start,
    block,
    ...calls('a'),
    ...calls('b'),
    answers('a'),
    asks('b'),
    pause,
  ],
};

for (const [title, events] of Object.entries(valid)) {
  test(`valid: ${title}`, () => expect(ruleOf(events)).toBeUndefined());
}

const invalid: [GrammarRule, string, StreamEvent[]][] = [
  ['EBNF', 'no start', [block, end, stop]],
  ['EBNF', 'two starts', [start, start, stop]],
  ['EBNF', 'no ending', [start, block, end]],
  ['11', 'an event after finish', [start, stop, block]],
  ['11', 'an event after error', [start, failed, stop]],
  ['11', 'a pause without a request', [start, pause]],
  ['11', 'a request without a pause', [start, asks('a'), stop]],
  ['EBNF', 'two requests', [start, asks('a'), asks('b'), pause]],
  ['EBNF', 'a finish with an open block', [start, block, stop]],
  ['G1', 'a text inside a text', [start, block, { type: 'text-start', id: 't1' }, { type: 'text-start', id: 't2' }]],
  ['EBNF', 'a tool call inside a text', [start, block, { type: 'text-start', id: 't1' }, ...calls('a')]],
  [
    'EBNF',
    'a delta of another text',
    [start, block, { type: 'text-start', id: 't1' }, { type: 'text-delta', id: 't2', delta: 'x' }],
  ],
  ['3', 'an empty delta', [start, block, ...says('t1', ''), end, stop]],
  ['2', 'a text id used twice', [start, block, ...says('t1', 'x'), ...says('t1', 'y'), end, stop]],
  ['G2', 'a block inside a block', [start, block, { ...block, blockId: 'p2r7-2' } as StreamEvent]],
  ['G2', 'a block announced twice for no reason', [start, block, block]],
  ['G8', 'a block that starts after its end', [start, block, end, block]],
  ['G3', 'a block end inside a text', [start, block, { type: 'text-start', id: 't1' }, end]],
  [
    'G4',
    'an available call that never started',
    [start, block, { type: 'tool-input-available', toolCallId: 'a', toolName: 'x', input: {} }],
  ],
  ['G4', 'an end after the arguments', [start, block, ...calls('a'), { type: 'tool-input-end', toolCallId: 'a' }]],
  ['G5', 'a call without an outcome', [start, block, ...calls('a'), end, stop]],
  [
    'G5',
    'a server-run call without an outcome before the request',
    [start, block, ...calls('a'), ...calls('b'), asks('b'), pause],
  ],
  ['G5', 'an external call with an outcome', [start, block, ...calls('a'), answers('a'), asks('a'), pause]],
  ['G6', 'a requested call without its arguments', [start, block, ...calls('a').slice(0, 2), asks('a'), pause]],
  ['EBNF', 'a call outside a block', [start, ...calls('a')]],
  ['5.1', 'a bare text in pieces', [start, ...says('t1', 'two ', 'pieces'), stop]],
  ['5.1', 'reasoning outside a streamed block', [start, { type: 'reasoning-start', id: 'r1' }]],
  ['3', 'a hidden block', [start, { ...block, display: 'hidden' } as StreamEvent]],
  [
    '3',
    'a next-message that does not say whether it is chat',
    [start, { ...block, outputToChat: undefined } as StreamEvent],
  ],
  ['9', 'the main thread by name', [start, { ...block, thread: 'main' } as StreamEvent]],
  [
    '5.2',
    'arguments of a call that shows its name only',
    [
      start,
      block,
      { type: 'tool-input-start', toolCallId: 'a', toolName: 'find-order', display: 'name' },
      { type: 'tool-input-available', toolCallId: 'a', toolName: 'find-order', input: { orderNo: 'A' } },
    ],
  ],
  ['2', 'another execution in finish', [start, { ...stop, executionId: 'exec_other' } as StreamEvent]],
  ['3', 'a finish with error', [start, { ...stop, finishReason: 'error' } as StreamEvent]],
  [
    '3',
    'usage on a session stream',
    [
      start,
      stop,
      {
        type: 'usage',
        cost: { currency: 'USD', bandwidthFee: 0, providerFee: 0, totalFee: 0, byok: true },
        tokens: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
      },
    ],
  ],
  ['3', 'a null where a field is absent', [{ ...start, lastMessageId: null } as unknown as StreamEvent, stop]],
  [
    '3',
    'an output without its key',
    [start, block, ...calls('a'), { type: 'tool-output-available', toolCallId: 'a', output: undefined }],
  ],
  ['G7', 'an event of a worker that does not run', [start, block, { type: 'text-start', id: 't1', workerId: 'w1' }]],
];

/** The clause that a refusal proves. */
const clauses: Record<GrammarRule, string> = {
  EBNF: '[sse.grammar.legs]',
  '11': '[sse.clients.request-before-finish] [sse.clients.error-last]',
  '2': '[sse.ids.text]',
  '3': '[sse.finish.error]',
  '5.1': '[sse.display.block.hidden]',
  '5.2': '[sse.display.tool.name]',
  '5.3': '[sse.display.worker.hidden]',
  '9': '[sse.thread.main]',
  G1: '[sse.grammar.g1] [sse.clients.one-text]',
  G2: '[sse.grammar.g2] [sse.clients.no-nested-block]',
  G3: '[sse.grammar.g3]',
  G4: '[sse.grammar.g4] [sse.clients.input-start-first]',
  G5: '[sse.grammar.g5]',
  G6: '[sse.grammar.g6]',
  G7: '[sse.grammar.g7]',
  G8: '[sse.grammar.g8]',
  G9: '[sse.grammar.g9]',
};

for (const [rule, title, events] of invalid) {
  test(`${clauses[rule]} ${rule} refuses ${title}`, () => expect(ruleOf(events)).toBe(rule));
}

test('[sse.grammar.g9] after a worker, a block with a thread is announced again before it goes on', () => {
  const named = { ...block, thread: 'draft' } as StreamEvent;
  const worker: StreamEvent[] = [
    { type: 'worker-start', workerId: 'w1', workerSlug: 'writer' },
    { type: 'worker-result', workerId: 'w1', output: 'x' },
  ];
  expect(ruleOf([start, named, ...worker, ...says('t1', 'x'), end, stop])).toBe('G9');
  expect(ruleOf([start, named, ...worker, named, ...says('t1', 'x'), end, stop])).toBeUndefined();
});

test('[sse.grammar.g5] at the start of a step, the calls of the step before have their outcomes', () => {
  const events = [start, block, ...calls('a'), ...says('t1', 'next step'), answers('a'), end, stop];
  expect(ruleOf(events)).toBeUndefined();
  expect(ruleOf(events, { stepStarts: [5] })).toBe('G5');
});

test('an aborted leg may leave calls without an outcome', () => {
  const events = [start, block, ...calls('a'), end, stop];
  expect(ruleOf(events, { isAborted: true })).toBeUndefined();
});
