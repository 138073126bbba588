import { expect, test } from 'vitest';
import { grammarMistakes } from './grammar.ts';
import type { StreamEvent } from './leg.ts';

const start = { type: 'start', messageId: 'm', executionId: 'e' };
const blockStart = {
  type: 'block-start',
  blockId: 'b',
  blockName: 'Answer',
  blockType: 'next-message',
  display: 'stream',
};
const blockEnd = { type: 'block-end', blockId: 'b' };
const text = [
  { type: 'text-start', id: 't' },
  { type: 'text-delta', id: 't', delta: 'Hi' },
  { type: 'text-end', id: 't' },
];
const call = [
  { type: 'tool-input-start', toolCallId: 'c', toolName: 'find' },
  { type: 'tool-input-end', toolCallId: 'c' },
  { type: 'tool-input-available', toolCallId: 'c', toolName: 'find', input: {} },
];
const request = { type: 'tool-request', toolCalls: [{ toolCallId: 'c', toolName: 'find', args: {} }] };
const stop = { type: 'finish', finishReason: 'stop' };
const pause = { type: 'finish', finishReason: 'tool-calls' };
const failure = { type: 'error', errorType: 'provider_error', message: 'x', retryable: true, source: 'provider' };

test.each<[string, StreamEvent[]]>([
  ['a plain reply', [start, blockStart, ...text, blockEnd, stop]],
  ['a pause', [start, blockStart, ...call, request, pause]],
  ['a failure in mid-text', [start, blockStart, ...text.slice(0, 2), failure]],
])('%s has no mistake', (_name, events) => {
  expect(grammarMistakes(events)).toEqual([]);
});

test.each<[string, StreamEvent[]]>([
  ['no start', [blockStart, blockEnd, stop]],
  ['no ending', [start, blockStart, blockEnd]],
  ['an event after the ending', [start, stop, blockStart]],
  ['a null field', [{ ...start, lastMessageId: null }, stop]],
  ['overlapping texts', [start, blockStart, text[0]!, { type: 'text-start', id: 'u' }, text[2]!, blockEnd, stop]],
  [
    'an empty delta',
    [start, blockStart, text[0]!, { type: 'text-delta', id: 't', delta: '' }, text[2]!, blockEnd, stop],
  ],
  ['an open text at the end', [start, blockStart, text[0]!, stop]],
  ['nested blocks', [start, blockStart, { ...blockStart, blockId: 'd' }, blockEnd, stop]],
  ['a call that starts late', [start, blockStart, call[2]!, call[0]!, blockEnd, stop]],
  ['a request before its input', [start, blockStart, call[0]!, request, pause]],
  ['a pause without a request', [start, blockStart, ...call, pause]],
  ['two requests', [start, blockStart, ...call, request, request, pause]],
  ['a call outside a block', [start, ...call, stop]],
])('%s is a mistake', (_name, events) => {
  expect(grammarMistakes(events)).not.toEqual([]);
});
