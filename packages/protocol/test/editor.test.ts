import { expect, test } from 'vitest';
import { openEditor } from './language-server.ts';

const schemaLine = `# yaml-language-server: $schema=${new URL('../schemas/protocol.json', import.meta.url).href}`;

function protocol(...lines: string[]): string {
  return [schemaLine, ...lines, ''].join('\n');
}

test('an editor underlines what the schema refuses, at its line', async () => {
  await using editor = await openEditor();
  const findings = await editor.open(
    protocol(
      'agent:',
      '  model: offline/default',
      '  system: system',
      '  thinking: enormous',
      'triggers: {}',
      'handlers:',
      '  go:',
      '    Answer:',
      '      block: next-mesage',
    ),
  );
  expect(findings.map(({ range }) => range.start.line)).toEqual(expect.arrayContaining([4, 9]));
});

test('an editor underlines nothing in a valid protocol', async () => {
  await using editor = await openEditor();
  const findings = await editor.open(
    protocol(
      'triggers:',
      '  user-message:',
      '    input:',
      '      USER_MESSAGE: { type: string }',
      'agent:',
      '  model: offline/default',
      '  system: system',
      'handlers:',
      '  user-message:',
      '    Add: { block: add-message, role: user, prompt: user-message, input: [USER_MESSAGE] }',
      '    Answer: { block: next-message }',
    ),
  );
  expect(findings).toEqual([]);
});

test.each([
  {
    place: 'the root',
    lines: ['agent:', '  model: offline/default', '  system: system', ''],
    expected: ['triggers', 'handlers', 'tools'],
  },
  {
    place: 'the agent',
    lines: ['agent:', '  model: offline/default', '  system: system', '  '],
    expected: ['maxSteps', 'tools', 'thinking'],
  },
  {
    place: 'a block kind',
    lines: [
      'agent:',
      '  model: offline/default',
      '  system: system',
      'handlers:',
      '  go:',
      '    Answer:',
      '      block: ',
    ],
    expected: ['next-message', 'add-message', 'tool-call'],
  },
])('an editor completes $place', async ({ lines, expected }) => {
  await using editor = await openEditor();
  const text = [schemaLine, ...lines].join('\n');
  await editor.open(text);
  const labels = await editor.complete(lines.length, lines.at(-1)?.length ?? 0);
  expect(labels).toEqual(expect.arrayContaining(expected));
});
