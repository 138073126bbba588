import { describe, expect, test } from 'vitest';
import { normalizeToolInputSchema } from './normalize-tool-input-schema.ts';
import {
  getSkillSlugFromToolCall,
  isOctavusInternalTool,
  isOctavusMcpTool,
  isOctavusReferenceTool,
  isOctavusSkillTool,
  OCTAVUS_INTERNAL_PREFIX,
  OCTAVUS_INTERNAL_TOOLS,
  OCTAVUS_SKILL_TOOLS,
} from './octavus-tools.ts';
import {
  isDeviceProvider,
  isDynamicMcpProvider,
  type ToolCallContext,
  type ToolHandler,
  type ToolProvider,
} from './tool-provider.ts';

describe('tools of the platform', () => {
  test('every name is the prefix and its key in lower case', () => {
    for (const [key, name] of Object.entries(OCTAVUS_INTERNAL_TOOLS)) {
      expect(name).toBe(`${OCTAVUS_INTERNAL_PREFIX}${key.toLowerCase()}`);
      expect(isOctavusInternalTool(name)).toBe(true);
    }
    expect(Object.keys(OCTAVUS_SKILL_TOOLS)).toHaveLength(8);
    expect(Object.keys(OCTAVUS_INTERNAL_TOOLS)).toHaveLength(18);
  });

  test('the guards know their own names only', () => {
    expect([isOctavusSkillTool('octavus_skill_run'), isOctavusSkillTool('octavus_web_search')]).toEqual([true, false]);
    expect([isOctavusMcpTool('octavus_mcp_list'), isOctavusMcpTool('SKILL_READ')]).toEqual([true, false]);
    expect([isOctavusReferenceTool('octavus_reference_read'), isOctavusReferenceTool('toString')]).toEqual([
      true,
      false,
    ]);
  });

  test('the skill of a call is read off its arguments', () => {
    expect(getSkillSlugFromToolCall('octavus_skill_read', { skill: 'pdf' })).toBe('pdf');
    expect(getSkillSlugFromToolCall('octavus_skill_read', { skill: 7 })).toBeUndefined();
    expect(getSkillSlugFromToolCall('octavus_skill_list', undefined)).toBeUndefined();
    expect(getSkillSlugFromToolCall('other', { skill: 'pdf' })).toBeUndefined();
  });
});

describe('tool providers', () => {
  const provider: ToolProvider = { toolHandlers: () => ({}), toolSchemas: () => [] };
  const no = async () => undefined;

  test('are told apart by their methods', () => {
    expect(isDeviceProvider(provider)).toBe(false);
    expect(isDeviceProvider(Object.assign({ getHealth: no }, provider))).toBe(false);
    expect(isDeviceProvider(Object.assign({ getHealth: no, ensureReady: no }, provider))).toBe(true);
    const entries = { addEntry: no, removeEntry: no, restartEntry: no, hasEntry: () => true };
    expect(isDynamicMcpProvider(Object.assign(entries, provider))).toBe(true);
    expect(isDynamicMcpProvider(provider)).toBe(false);
  });

  test('a handler may take the arguments alone, or the call too', async () => {
    const one: ToolHandler = async (args) => args.a;
    const two: ToolHandler = async (args, { toolCallId }: ToolCallContext) => [args.a, toolCallId];
    const context = { toolCallId: 'c', toolName: 't', signal: new AbortController().signal };
    expect([await one({ a: 1 }), await two({ a: 1 }, context)]).toEqual([1, [1, 'c']]);
  });
});

describe('normalizeToolInputSchema', () => {
  test('combinators of the root become plain properties', () => {
    const schema = {
      description: 'kept',
      properties: { a: { type: 'string' } },
      required: ['a'],
      oneOf: [{ properties: { a: { type: 'number' }, d: { type: 'number' } }, required: ['d'] }],
      allOf: [{ properties: { b: { type: 'number' } }, required: ['b', 'ghost'] }, true],
      anyOf: [{ properties: { b: { type: 'boolean' }, c: {} }, required: ['c'] }],
    };
    expect(normalizeToolInputSchema(schema)).toEqual({
      description: 'kept',
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'number' }, c: {}, d: { type: 'number' } },
      required: ['a', 'b'],
    });
  });

  test('required disappears when nothing is left of it', () => {
    const schema = { anyOf: [{ properties: { a: {} }, required: ['a'] }], required: ['ghost'] };
    expect(normalizeToolInputSchema(schema)).toEqual({ type: 'object', properties: { a: {} } });
  });

  test('combinators below the root stay', () => {
    const schema = { type: 'object', properties: { a: { anyOf: [{ type: 'string' }, { type: 'object' }] } } };
    expect(normalizeToolInputSchema(schema)).toEqual({
      type: 'object',
      properties: { a: { anyOf: [{ type: 'string' }, { type: 'object', properties: {} }] } },
    });
  });

  test.each(['(?=x)', '(?!x)', '(?<=x)', '(?<!x)', '(a)\\1', '\\k<n>', "\\k'n'"])(
    'the pattern %s is removed',
    (pattern) => {
      expect(normalizeToolInputSchema({ items: { type: 'string', pattern } })).toEqual({ items: { type: 'string' } });
    },
  );

  test('other patterns stay, and a property that is called pattern is no pattern', () => {
    const schema = { type: 'object', properties: { pattern: { type: 'string', pattern: '^(?:a|(?<n>b))\\d$' } } };
    expect(normalizeToolInputSchema(schema)).toEqual(schema);
  });

  test('the whole tree is walked, the input stays as it was', () => {
    const bare = { type: 'object' };
    const filled = { type: 'object', properties: {} };
    const keywords = (node: object) => ({
      ...Object.fromEntries(
        ['items', 'additionalProperties', 'contains', 'propertyNames', 'if', 'then', 'else', 'not'].map((key) => [
          key,
          node,
        ]),
      ),
      unevaluatedItems: node,
      unevaluatedProperties: [node],
      prefixItems: [node, false],
      ...Object.fromEntries(
        ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'].map((key) => [
          key,
          { x: node },
        ]),
      ),
      enum: [bare],
      default: bare,
    });
    const schema = keywords(bare);
    const before = JSON.stringify(schema);
    expect(normalizeToolInputSchema(schema)).toEqual(keywords(filled));
    expect(JSON.stringify(schema)).toBe(before);
  });
});
