import { expect, test } from 'vitest';
import { checkWireRules } from './wire-rules.ts';

const text = (words: string) => ({ type: 'text', text: words });
const user = { role: 'user', content: [text('Hi')] };
const anthropic = (...messages: object[]) => ({ messages, max_tokens: 9 });
const use = (id: string) => ({ role: 'assistant', content: [{ type: 'tool_use', id, name: 'look', input: {} }] });
const result = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: 'x' });
const call = (call_id: string) => ({ type: 'function_call', call_id, name: 'look', arguments: '{}' });
const output = (call_id: string) => ({ type: 'function_call_output', call_id, output: 'x' });
const turn = (role: string, ...parts: object[]) => ({ role, parts });
const said = { text: 'Hi' };
const asks = { functionCall: { name: 'look', args: {} } };
const answers = { functionResponse: { name: 'look', response: {} } };
const tool = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'x' });
const calling = (...ids: string[]) => ({ role: 'assistant', content: null, tool_calls: ids.map((id) => ({ id })) });

test.each([
  ['anthropic', anthropic(user, use('a'), { role: 'user', content: [result('a'), text('and?')] })],
  [
    'responses',
    { input: [{ role: 'user', content: [{ text: 'Hi' }] }, call('a'), call('b'), output('b'), output('a')] },
  ],
  ['google', { contents: [turn('user', said), turn('model', asks, asks), turn('user', answers, answers)] }],
  ['chat', { messages: [{ role: 'user', content: 'Hi' }, calling('a', 'b'), tool('b'), tool('a')] }],
] as const)('a whole conversation keeps to the rules of %s', (dialect, body) => {
  expect(() => checkWireRules(dialect, body)).not.toThrow();
});

test.each([
  ['anthropic', 'the assistant first', anthropic(use('a'), user), /is of assistant/],
  ['anthropic', 'the assistant last', anthropic(user, { role: 'assistant', content: [text('Hi')] }), /last word/],
  ['anthropic', 'a blank text', anthropic({ role: 'user', content: [text(' ')] }), /blank/],
  ['anthropic', 'an open call', anthropic(user, use('a'), user), /answered by \[\]/],
  [
    'anthropic',
    'a late result',
    anthropic(user, use('a'), { role: 'user', content: [text('x'), result('a')] }),
    /after other/,
  ],
  [
    'anthropic',
    'an id twice',
    anthropic(user, use('a'), { role: 'user', content: [result('a')] }, use('a'), {
      role: 'user',
      content: [result('a')],
    }),
    /twice/,
  ],
  ['responses', 'an open call', { input: [call('a')] }, /no output/],
  ['responses', 'an output of nothing', { input: [output('a')] }, /no open call/],
  [
    'responses',
    'lonely reasoning',
    { input: [{ type: 'reasoning' }, { role: 'user', content: 'Hi' }] },
    /without what follows/,
  ],
  ['google', 'the model first', { contents: [turn('model', said), turn('user', said)] }, /is of model/],
  [
    'google',
    'calls after the model',
    { contents: [turn('user', said), turn('model', said), turn('model', asks), turn('user', answers)] },
    /do not follow/,
  ],
  [
    'google',
    'fewer answers than calls',
    { contents: [turn('user', said), turn('model', asks, asks), turn('user', answers)] },
    /answered by/,
  ],
  ['chat', 'an open call', { messages: [calling('a', 'b'), tool('a')] }, /answered by/],
  ['chat', 'a result of nothing', { messages: [tool('a')] }, /answers nothing/],
] as const)('%s: %s is refused', (dialect, _, body, problem) => {
  expect(() => checkWireRules(dialect, body)).toThrow(problem);
});
