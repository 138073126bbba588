import type {
  JsonObject,
  ModelAssistantPart,
  ModelFilePart,
  ModelMessage,
  ModelRequest,
  ModelToolResultPart,
  ModelUserPart,
} from '@octavus/core';
import { toolResultText } from '../ai-sdk/to-prompt.ts';
import { jsonInstruction } from '../schema/json-instruction.ts';

/** What a server of this API can be relied on for. */
export interface ChatDialect {
  /** Takes a JSON Schema as response format; the others get JSON mode and the schema in the system prompt. */
  readonly takesSchema: boolean;
}

type ChatMessage = { readonly role: string; readonly [key: string]: unknown };

/** Effort by thinking level (runtime-semantics.md 6.6); nothing is sent for `off`. */
const efforts = { low: 'low', medium: 'medium', high: 'high', max: 'high' } as const;

/** The body of a streaming Chat Completions request. */
export function toChatBody(request: ModelRequest, modelId: string, provider: string, dialect: ChatDialect): JsonObject {
  const { settings, tools } = request;
  const { thinking, temperature } = settings;
  const body = {
    model: modelId,
    messages: toMessages(request, provider, dialect),
    stream: true,
    stream_options: { include_usage: true },
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, inputSchema }) => ({
        type: 'function',
        function: { name, description, parameters: inputSchema },
      })),
      tool_choice: request.toolChoice,
    }),
    ...(settings.maxOutputTokens !== undefined && { max_tokens: settings.maxOutputTokens }),
    ...(typeof temperature === 'number' && { temperature }),
    ...(thinking !== undefined && thinking !== 'off' && { reasoning_effort: efforts[thinking] }),
    ...responseFormat(request, dialect),
    ...request.providerOptions?.[provider],
  };
  return body as unknown as JsonObject;
}

/**
 * Many servers enforce a response format by constraining every token, which leaves no way to call a tool: while tools may be
 * called, the prompt alone asks for the format.
 */
function responseFormat({ responseFormat: format, tools, toolChoice }: ModelRequest, dialect: ChatDialect): object {
  if (!format || (tools.length > 0 && toolChoice === 'auto')) return {};
  if (!dialect.takesSchema) return { response_format: { type: 'json_object' } };
  const { name, description, schema } = format;
  return {
    response_format: { type: 'json_schema', json_schema: { name, ...(description && { description }), schema } },
  };
}

function toMessages(request: ModelRequest, provider: string, dialect: ChatDialect): ChatMessage[] {
  const isSentBySchema = 'response_format' in responseFormat(request, dialect) && dialect.takesSchema;
  const instruction = request.responseFormat && !isSentBySchema ? [jsonInstruction(request.responseFormat)] : [];
  const system = [...request.system, ...instruction].filter((text) => text.trim() !== '');
  const messages: ChatMessage[] = system.length > 0 ? [{ role: 'system', content: system.join('\n\n') }] : [];
  for (const message of request.messages) appendMessage(messages, message, provider);
  return messages;
}

function appendMessage(messages: ChatMessage[], message: ModelMessage, provider: string): void {
  switch (message.role) {
    case 'user':
      if (message.content.length > 0) messages.push({ role: 'user', content: userContent(message.content) });
      return;
    case 'assistant':
      if (message.content.length > 0) messages.push(assistantMessage(message.content, provider));
      return;
    case 'tool':
      appendToolResults(messages, message.content);
      return;
  }
}

function userContent(parts: readonly ModelUserPart[]): unknown {
  const [only] = parts;
  if (parts.length === 1 && only?.type === 'text') return only.text;
  return parts.map((part) => (part.type === 'text' ? { type: 'text', text: part.text } : filePart(part)));
}

function assistantMessage(parts: readonly ModelAssistantPart[], provider: string): ChatMessage {
  let text = '';
  let reasoning = '';
  const calls: unknown[] = [];
  for (const part of parts) {
    if (part.type === 'text') text += part.text;
    else if (part.type === 'reasoning') reasoning += part.text;
    else if (part.type === 'file') text += `[${part.filename ?? 'file'}, ${part.mediaType}]`;
    else {
      const signature = part.providerMetadata?.[provider]?.thoughtSignature;
      calls.push({
        id: part.toolCallId,
        type: 'function',
        function: { name: part.toolName, arguments: JSON.stringify(part.input) },
        // Gemini behind this API refuses a call that comes back without its signature.
        ...(signature !== undefined && { extra_content: { google: { thought_signature: signature } } }),
      });
    }
  }
  return {
    role: 'assistant',
    content: calls.length > 0 ? text || null : text,
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

/** The `tool` role carries text only: images of results follow as a user message, after all results. */
function appendToolResults(messages: ChatMessage[], results: readonly ModelToolResultPart[]): void {
  for (const result of results) {
    messages.push({ role: 'tool', tool_call_id: result.toolCallId, content: toolResultText(result) });
  }
  const images = results.flatMap(({ toolName, files }) =>
    files?.length ? [{ type: 'text', text: `Images returned by ${toolName}:` }, ...files.map(filePart)] : [],
  );
  if (images.length > 0) messages.push({ role: 'user', content: images });
}

function filePart(part: ModelFilePart): unknown {
  const url = 'url' in part.data ? part.data.url : dataUrl(part.mediaType, part.data.bytes);
  const [kind, subtype] = part.mediaType.split('/');
  if (kind === 'image') return { type: 'image_url', image_url: { url } };
  if (kind === 'video') return { type: 'video_url', video_url: { url } };
  if (kind === 'audio' && 'bytes' in part.data) {
    const format = subtype === 'mpeg' ? 'mp3' : subtype;
    return { type: 'input_audio', input_audio: { data: base64(part.data.bytes), format } };
  }
  if (kind === 'text' && 'bytes' in part.data) return { type: 'text', text: new TextDecoder().decode(part.data.bytes) };
  return { type: 'file', file: { filename: part.filename ?? 'document', file_data: url } };
}

function dataUrl(mediaType: string, bytes: Uint8Array): string {
  return `data:${mediaType};base64,${base64(bytes)}`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
