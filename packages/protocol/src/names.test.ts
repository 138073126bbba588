import { expect, test } from 'vitest';
import * as names from './names.ts';

const { isDisplayName, isMcpNamespace, isPromptName, isPropertyName, isSlug, isToolName, isTypeName, isVariableName } =
  names;

test.each<[string, (name: string) => boolean, string[], string[]]>([
  ['variable', isVariableName, ['A', 'A_1', 'X'.repeat(64)], ['', 'a', '1A', '_A', 'A-B', 'X'.repeat(65), 'Á', 'A\n']],
  ['type', isTypeName, ['Room', 'R2'], ['room', 'Room_List', 'Room-List', '']],
  ['property', isPropertyName, ['a', '_a', 'a-b', 'A_1'], ['1a', 'a b', 'a.b', '']],
  ['slug', isSlug, ['a', '1', 'a-b-1'], ['A', 'a--b', '-a', 'a-', 'a_b', '', 'a\n']],
  ['tool', isToolName, ['a', 'A_b-c'], ['1', 'a.b', '', 'a'.repeat(65)]],
  ['namespace', isMcpNamespace, ['a', 'a-', 'a1'], ['A', 'a_b', 'a'.repeat(41)]],
  [
    'prompt',
    isPromptName,
    ['a', 'a/b', 'A_.b/c-d', '1/2/3/4/5/6/7/8'],
    ['', '/a', 'a/', 'a//b', '.', '..', 'a/../b', '.a', 'a.md', '1/2/3/4/5/6/7/8/9', 'a b', 'x'.repeat(201)],
  ],
  [
    'thread or block',
    isDisplayName,
    ['Ask v1.2 ✓', 'x'.repeat(100)],
    ['', ' ', 'a\tb', 'x'.repeat(101), '\u0000', 'a\u2028b'],
  ],
])('a %s name', (_kind, isName, good, bad) => {
  expect(good.filter((name) => !isName(name))).toEqual([]);
  expect(bad.filter(isName)).toEqual([]);
});
