import { CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { protocolJsonSchema } from '@octavus/protocol';
import { expect, test } from 'vitest';
import { completeFromSchema } from './schema-completion.ts';

const complete = completeFromSchema(protocolJsonSchema() as object);

/** What is offered where `|` stands in the text. */
function offered(text: string): string[] {
  const pos = text.indexOf('|');
  const state = EditorState.create({ doc: text.replace('|', '') });
  const result = complete(new CompletionContext(state, pos, true)) as CompletionResult | null;
  return result?.options.map(({ label }) => label) ?? [];
}

test('the sections of a protocol are offered at its beginning', () => {
  expect(offered('|')).toEqual(expect.arrayContaining(['triggers', 'agent', 'handlers', 'tools', 'workers']));
});

test('the settings of the agent are offered under agent, and nowhere else', () => {
  const settings = offered('agent:\n  |');
  expect(settings).toEqual(expect.arrayContaining(['model', 'system', 'tools', 'agentic', 'maxSteps']));
  expect(settings).not.toContain('handlers');
  expect(offered('handlers:\n  ask:\n    Answer:\n      |')).not.toContain('maxSteps');
});

test('kinds of blocks are offered as the value of block', () => {
  const kinds = offered('handlers:\n  ask:\n    Answer:\n      block: |');
  expect(kinds).toEqual(expect.arrayContaining(['add-message', 'next-message', 'tool-call', 'run-worker']));
});

test('display modes and roles are offered as values; free text offers nothing', () => {
  expect(offered('handlers:\n  ask:\n    Add:\n      block: add-message\n      role: |')).toEqual(
    expect.arrayContaining(['user', 'assistant', 'system']),
  );
  expect(offered('tools:\n  check:\n    display: |')).toEqual(expect.arrayContaining(['hidden', 'stream']));
  expect(offered('agent:\n  agentic: |')).toEqual(expect.arrayContaining(['true', 'false']));
  expect(offered('tools:\n  check:\n    description: |')).toEqual([]);
});

test('each kind of block offers its own keys, once its kind is written, and none that are there', () => {
  const handler = 'handlers:\n  ask:\n    Add:\n';
  expect(offered(`${handler}      |`)).toEqual(['block']);
  const keys = offered(
    `${handler}      block: add-message\n      role: user\n      |\n    Answer:\n      block: next-message`,
  );
  expect(keys).toEqual(expect.arrayContaining(['prompt', 'files']));
  expect(keys).not.toContain('role');
  expect(keys).not.toContain('responseType');
  expect(offered(`${handler}      block: next-message\n      |`)).toContain('responseType');
  expect(offered(`${handler}      |\n      block: next-message`)).toContain('responseType');
});
