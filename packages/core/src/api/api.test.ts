import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import * as core from '../index.ts';
import { agentQuerySchema, createAgentBodySchema, updateAgentBodySchema, validateAgentBodySchema } from './agents.ts';
import { errorBodySchema } from './errors.ts';
import { uploadUrlsBodySchema } from './files.ts';
import { logEntrySchema } from './logs.ts';
import { createSessionBodySchema, getSessionResponseSchema } from './sessions.ts';
import { skillSecretsBodySchema } from './skills.ts';
import { mintTokenBodySchema, revokeTokenBodySchema } from './tokens.ts';
import { startSessionBodySchema, triggerBodySchema } from './triggers.ts';
import { executeWorkerBodySchema } from './workers.ts';
import { workforceMessageBodySchema } from './workforce.ts';

/** What a body is after JSON: keys whose value is `undefined` do not count. */
const read = (schema: z.ZodType, body: unknown) => JSON.parse(JSON.stringify(schema.parse(body)));
const pathsOf = (schema: z.ZodType, body: unknown) =>
  schema.safeParse(body).error?.issues.map((issue) => issue.path.join('.'));

const agent = {
  settings: { slug: 'greenhouse-guide', name: 'Greenhouse Guide', format: 'interactive' },
  protocol: 'agent: {}\n',
  prompts: [{ name: 'shared/tone', content: '' }],
};

describe('JSON Schema', () => {
  const schemas = Object.entries(core).filter(([, value]) => value instanceof z.ZodType);

  test.each(schemas)('%s can be published', (name, schema) => {
    const io = name.endsWith('BodySchema') || name === 'restoreMessagesSchema' ? 'input' : 'output';
    const document = z.toJSONSchema(schema as z.ZodType, { io, unrepresentable: 'any' });
    expect(document).toHaveProperty('$schema');
  });

  test('the trigger body shows its fields and requires none, as it has two jobs', () => {
    const document = z.toJSONSchema(triggerBodySchema, { io: 'input', unrepresentable: 'any' });
    expect(Object.keys(document.properties ?? {})).toContain('rollbackAfterMessageId');
    expect(document.required ?? []).toEqual([]);
  });
});

describe('agents', () => {
  test('a definition is read, unknown fields and null references left out', () => {
    expect(read(createAgentBodySchema, { ...agent, references: null, extra: 1 })).toEqual(agent);
  });

  test.each([
    ['settings.slug', { ...agent, settings: { ...agent.settings, slug: 'Guide' } }],
    ['settings.slug', { ...agent, settings: { ...agent.settings, slug: 'a'.repeat(65) } }],
    ['settings.name', { ...agent, settings: { ...agent.settings, name: '  ' } }],
    ['settings.format', { ...agent, settings: { ...agent.settings, format: 'batch' } }],
    ['protocol', { ...agent, protocol: 'ä'.repeat(130 * 1024) }],
    ['protocol', { ...agent, protocol: undefined }],
    ['prompts', { ...agent, prompts: Array.from({ length: 501 }, () => ({ name: 'a', content: '' })) }],
    ['references.0.description', { ...agent, references: [{ name: 'a', description: '', content: '' }] }],
  ])('a wrong %s is named', (path, body) => {
    expect(pathsOf(createAgentBodySchema, body)).toEqual([path]);
  });

  test('an update touches what it names, and null clears the description alone', () => {
    const body = { settings: { description: null, name: null }, protocol: null };
    expect(read(updateAgentBodySchema, body)).toEqual({ settings: { description: null } });
    expect(read(updateAgentBodySchema, {})).toEqual({});
  });

  test('validation takes any object and nothing else', () => {
    expect(read(validateAgentBodySchema, { settings: 5 })).toEqual({ settings: 5 });
    expect([[], null, 'x'].some((body) => validateAgentBodySchema.safeParse(body).success)).toBe(false);
  });

  test('an agent is named by id or slug', () => {
    expect(agentQuerySchema.parse({})).toEqual({});
    expect(agentQuerySchema.safeParse({ by: 'name' }).success).toBe(false);
  });
});

describe('trigger or continuation', () => {
  const toolResults = [{ toolCallId: 'call_1', result: { eta: 1 } }];

  test('a trigger keeps a null rollback and ignores empty results', () => {
    const body = {
      type: 'trigger',
      triggerName: 'ask',
      toolResults: [],
      executionId: '',
      rollbackAfterMessageId: null,
    };
    expect(read(triggerBodySchema, body)).toEqual({
      kind: 'trigger',
      triggerName: 'ask',
      rollbackAfterMessageId: null,
    });
  });

  test('null in an optional field means absent', () => {
    const body = {
      triggerName: 'ask',
      input: null,
      sender: { id: null, name: 'Ada' },
      executionId: null,
      toolResults: null,
    };
    expect(read(triggerBodySchema, body)).toEqual({ kind: 'trigger', triggerName: 'ask', sender: { name: 'Ada' } });
  });

  test('a continuation reads nothing of the trigger it repeats, malformed or not', () => {
    const repeated = { triggerName: 5, input: 'x', sender: 'x', rollbackAfterMessageId: {} };
    const expected = { kind: 'continuation', executionId: 'exec_1', toolResults };
    expect(read(triggerBodySchema, { ...repeated, executionId: 'exec_1', toolResults })).toEqual(expected);
  });

  test('results alone continue the waiting execution, empty or null ids notwithstanding', () => {
    for (const executionId of [undefined, null, '']) {
      expect(read(triggerBodySchema, { executionId, toolResults, triggerName: 'ask' })).toEqual({
        kind: 'continuation',
        toolResults,
      });
    }
  });

  test('what clients echo in a result is not read, and a null result stays', () => {
    const echoed = { toolCallId: 'c', toolName: null, result: null, error: null, blockIndex: 'x', workerId: 7 };
    const body = {
      toolResults: [{ ...echoed, files: [{ id: 'f', mediaType: 'a/b', url: 'u', size: null, extra: 1 }] }],
    };
    expect(read(triggerBodySchema, body).toolResults).toEqual([
      { toolCallId: 'c', result: null, files: [{ id: 'f', mediaType: 'a/b', url: 'u' }] },
    ]);
  });

  test('a dynamic tool may lack a description', () => {
    const dynamicToolSchemas = [{ name: 'device__open', inputSchema: {} }];
    const request = read(triggerBodySchema, { triggerName: 'ask', dynamicToolSchemas });
    expect(request.dynamicToolSchemas).toEqual([{ name: 'device__open', description: '', inputSchema: {} }]);
  });

  test.each([
    ['triggerName', {}],
    ['triggerName', { triggerName: '' }],
    ['input', { triggerName: 'ask', input: [] }],
    ['sender.image', { triggerName: 'ask', sender: { image: 'x'.repeat(2049) } }],
    ['toolResults', { executionId: 'exec_1' }],
    ['toolResults', { executionId: 'exec_1', toolResults: [] }],
    ['toolResults', { executionId: 'exec_1', toolResults: { a: 1 } }],
    ['toolResults', { toolResults: Array.from({ length: 257 }, () => ({ toolCallId: 'c' })) }],
    ['toolResults.0.toolCallId', { toolResults: [{}] }],
    ['', null],
    ['', []],
  ])('a wrong %j is named in %j', (path, body) => {
    expect(pathsOf(triggerBodySchema, body)).toEqual([path]);
  });

  test('start carries session and trigger', () => {
    const body = { agentId: 'a', idempotencyKey: 'k', trigger: { triggerName: 'ask', input: { A: 1 } } };
    expect(read(startSessionBodySchema, { ...body, input: null })).toEqual(body);
    expect(pathsOf(startSessionBodySchema, { ...body, idempotencyKey: 'k'.repeat(256) })).toEqual(['idempotencyKey']);
    expect(pathsOf(startSessionBodySchema, { agentId: 'a' })).toEqual(['trigger']);
  });
});

describe('the other resources', () => {
  test('a session needs an agent', () => {
    expect(read(createSessionBodySchema, { agentId: 'a', input: null })).toEqual({ agentId: 'a' });
    expect(pathsOf(createSessionBodySchema, {})).toEqual(['agentId']);
  });

  test('a session answer is read in each of its three shapes without loss', () => {
    const expired = { sessionId: 's', agentId: 'a', status: 'expired', createdAt: 'x' };
    const ui = { sessionId: 's', agentId: 'a', status: 'active', messages: [] };
    const full = { ...ui, id: 's', input: {}, variables: {}, resources: {}, createdAt: 'x', updatedAt: 'x', newer: 1 };
    for (const state of [expired, ui, full]) expect(getSessionResponseSchema.parse(state)).toEqual(state);
  });

  test('a worker run starts with input or continues with results', () => {
    expect(read(executeWorkerBodySchema, { type: 'start', input: {} })).toEqual({ type: 'start', input: {} });
    expect(pathsOf(executeWorkerBodySchema, { type: 'start' })).toEqual(['input']);
    expect(pathsOf(executeWorkerBodySchema, { type: 'continue', executionId: 'x' })).toEqual(['toolResults']);
    expect(pathsOf(executeWorkerBodySchema, { input: {} })).toEqual(['type']);
  });

  test('uploads are limited one by one and together', () => {
    const file = { filename: 'a.png', mediaType: 'image/png; q=1', size: 90 * 1024 * 1024 };
    const body = (...files: unknown[]) => ({ sessionId: 's', files });
    expect(read(uploadUrlsBodySchema, body(file, file))).toEqual(body(file, file));
    expect(pathsOf(uploadUrlsBodySchema, body(file, file, file))).toEqual(['files']);
    expect(pathsOf(uploadUrlsBodySchema, body({ ...file, size: 0 }))).toEqual(['files.0.size']);
    expect(pathsOf(uploadUrlsBodySchema, body({ ...file, mediaType: 'png' }))).toEqual(['files.0.mediaType']);
    expect(pathsOf(uploadUrlsBodySchema, body())).toEqual(['files']);
  });

  test('a token lives an hour unless told, and never longer than a day', () => {
    const ttlOf = (ttlSeconds?: unknown) => mintTokenBodySchema.parse({ agentId: 'a', ttlSeconds }).ttlSeconds;
    expect([ttlOf(), ttlOf(null), ttlOf(60), ttlOf(1e300)]).toEqual([3600, 3600, 60, 86_400]);
    expect(pathsOf(mintTokenBodySchema, { agentId: 'a', ttlSeconds: 0 })).toEqual(['ttlSeconds']);
    expect(pathsOf(mintTokenBodySchema, { agentId: 'a', ttlSeconds: 1.5 })).toEqual(['ttlSeconds']);
  });

  test('a token is revoked by itself or its id', () => {
    expect(read(revokeTokenBodySchema, { jti: 'jti_1', token: null })).toEqual({ jti: 'jti_1' });
    expect(pathsOf(revokeTokenBodySchema, {})).toEqual(['token']);
  });

  test('skill secrets have names of environment variables, and null removes', () => {
    expect(read(skillSecretsBodySchema, { secrets: { A_1: 'x', B: null } })).toEqual({
      secrets: { A_1: 'x', B: null },
    });
    expect(skillSecretsBodySchema.safeParse({ secrets: { 'a-b': 'x' } }).success).toBe(false);
    expect(skillSecretsBodySchema.safeParse({ secrets: { A: 'é'.repeat(4097) } }).success).toBe(false);
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`A${index}`, 'x']));
    expect(pathsOf(skillSecretsBodySchema, { secrets: many })).toEqual(['secrets']);
  });

  test('a workforce message is not empty', () => {
    expect(read(workforceMessageBodySchema, { message: 'Hi', files: null })).toEqual({ message: 'Hi' });
    expect(pathsOf(workforceMessageBodySchema, { message: '' })).toEqual(['message']);
  });

  test('a log entry keeps the fields of its type', () => {
    const entry = { id: 'l', timestamp: 'x', type: 'trigger', sequence: 0, triggerName: 'ask' };
    expect(logEntrySchema.parse(entry)).toEqual(entry);
    expect(pathsOf(logEntrySchema, { id: 'l', timestamp: 'x' })).toEqual(['type']);
  });

  test('both error shapes are understood', () => {
    const nested = { error: { code: 'NOT_FOUND', message: 'Agent not found' } };
    const flat = { error: 'Agent not found', code: 'NOT_FOUND' };
    for (const body of [nested, flat]) expect(errorBodySchema.parse(body)).toEqual(body);
  });
});
