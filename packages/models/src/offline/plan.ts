import { randomUUID } from 'node:crypto';
import type { JsonValue, ModelRequest, ModelStreamPart, ModelTool } from '@octavus/core';
import { chooseTools } from './choose-tools.ts';
import { composeReasoning, composeReply, composeSummary } from './compose.ts';
import { type Conversation, readConversation } from './conversation.ts';
import { fillSchema } from './fill-schema.ts';
import { tellingWords } from './words.ts';

/** Characters that count as one token. */
const charactersPerToken = 4;

/**
 * Decides by rule what to answer and writes it as parts, one word a piece.
 *
 * Deterministic but for the ids of tool calls, which have to differ between calls.
 */
export function planAnswer(request: ModelRequest, modelId: string): ModelStreamPart[] {
  const conversation = readConversation(request);
  const chosen = request.toolChoice === 'auto' ? chooseTools(request.tools, conversation) : [];
  const { thinking } = request.settings;
  const isThinking = thinking !== undefined && thinking !== 'off';
  const reasoning = isThinking ? composeReasoning(conversation, chosen, request.responseFormat !== undefined) : '';
  const answer = chosen.length > 0 ? '' : composeAnswer(conversation, request);
  const allowed = (request.settings.maxOutputTokens ?? Number.POSITIVE_INFINITY) * charactersPerToken;
  const text = answer.slice(0, allowed);
  const calls = chosen.flatMap((tool) => callParts(tool, conversation));
  const output = reasoning + text + calls.map((part) => ('delta' in part ? part.delta : '')).join('');
  return [
    ...block('reasoning', reasoning),
    ...block('text', text),
    ...calls,
    {
      type: 'finish',
      reason: chosen.length > 0 ? 'tool-calls' : text.length < answer.length ? 'length' : 'stop',
      usage: {
        inputTokens: countTokens(promptLength(request)),
        outputTokens: countTokens(output.length),
        ...(isThinking && { reasoningOutputTokens: countTokens(reasoning.length) }),
      },
      modelId,
    },
  ];
}

function composeAnswer(conversation: Conversation, request: ModelRequest): string {
  const { results } = conversation;
  if (request.responseFormat) {
    return JSON.stringify(fillSchema(request.responseFormat.schema, saidBy(conversation), { optionals: 'all' }));
  }
  return results.length > 0 ? composeSummary(results) : composeReply(conversation, request);
}

/** What a structured answer draws from: the question, then what the tools returned. */
function saidBy({ question, results }: Conversation): string {
  return [
    question,
    ...results.map(({ output }) => (output.kind === 'result' ? asText(output.value) : output.message)),
  ].join('\n');
}

/** `key: value` lines, in which a property of the answer finds its namesake. */
function asText(value: JsonValue, key = ''): string {
  if (typeof value !== 'object' || value === null) return key === '' ? String(value) : `${key}: ${value}`;
  const entries = Array.isArray(value) ? value.map((item) => [key, item] as const) : Object.entries(value);
  return entries.map(([name, item]) => asText(item, name)).join('\n');
}

function callParts(tool: ModelTool, { question }: Conversation): ModelStreamPart[] {
  const id = `call_${randomUUID().replaceAll('-', '')}`;
  // What named the tool is not what it is asked about.
  const ignored = new Set(tellingWords(`${tool.name} ${tool.description}`));
  const schema = { type: 'object', ...tool.inputSchema };
  const filled = fillSchema(schema, question, { optionals: 'mentioned', ignored });
  const input = JSON.stringify(filled);
  return [
    { type: 'tool-input-start', id, toolName: tool.name },
    ...pieces(input).map((delta): ModelStreamPart => ({ type: 'tool-input-delta', id, delta })),
    { type: 'tool-input-end', id },
    { type: 'tool-call', toolCallId: id, toolName: tool.name, input },
  ];
}

function block(type: 'text' | 'reasoning', text: string): ModelStreamPart[] {
  if (text === '') return [];
  const id = `${type}-0`;
  return [
    { type: `${type}-start`, id },
    ...pieces(text).map((delta): ModelStreamPart => ({ type: `${type}-delta`, id, delta })),
    { type: `${type}-end`, id },
  ];
}

/** Words with the space before them; a long unbroken run, such as JSON, in pieces of 12 characters. */
function pieces(text: string): string[] {
  return text.match(/\s*\S{1,12}|\s+$/g) ?? [];
}

function promptLength({ system, messages, tools }: ModelRequest): number {
  const withoutBytes = (_key: string, value: unknown): unknown => (value instanceof Uint8Array ? '' : value);
  return system.join('').length + JSON.stringify([messages, tools], withoutBytes).length;
}

function countTokens(characters: number): number {
  return Math.ceil(characters / charactersPerToken);
}
