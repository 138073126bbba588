import type {
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultOutput,
  LanguageModelV4ToolResultPart,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider';
import type {
  ModelAssistantPart,
  ModelFilePart,
  ModelMessage,
  ModelRequest,
  ModelToolResultPart,
  ModelUserPart,
  ProviderMetadata,
} from '@octavus/core';
import { RefusedRequestError } from '../errors/refused-request.ts';

export interface PromptOptions {
  /** One system message for all system texts, for providers whose models were trained on one. */
  readonly joinsSystem: boolean;
  /** The provider takes back files that the assistant produced. */
  readonly takesAssistantFiles: boolean;
  /** Further system text, the last. */
  readonly extraSystem?: string;
}

type AssistantContent = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'];

/** Puts a request into the AI SDK's terms; metadata of a part goes back to the provider it came from. */
export function toPrompt(request: ModelRequest, options: PromptOptions): LanguageModelV4Prompt {
  const prompt: LanguageModelV4Prompt = systemMessages(request, options);
  const remoteCalls = new Set<string>();
  for (const message of request.messages) appendMessage(prompt, message, options, remoteCalls);
  return prompt;
}

function systemMessages(request: ModelRequest, options: PromptOptions): LanguageModelV4Prompt {
  const texts = [...request.system, options.extraSystem ?? ''].filter((text) => text.trim() !== '');
  if (texts.length === 0) return [];
  const contents = options.joinsSystem ? [texts.join('\n\n')] : texts;
  return contents.map((content) => ({ role: 'system', content }));
}

function appendMessage(
  prompt: LanguageModelV4Prompt,
  message: ModelMessage,
  options: PromptOptions,
  remoteCalls: Set<string>,
): void {
  if (message.role === 'tool') {
    appendToolResults(prompt, message.content, remoteCalls);
    return;
  }
  if (message.content.length === 0) return;
  if (message.role === 'user') {
    prompt.push({ role: 'user', content: message.content.map(toUserPart) });
    return;
  }
  for (const part of message.content) {
    if (part.type === 'tool-call' && part.providerExecuted) remoteCalls.add(part.toolCallId);
  }
  prompt.push({ role: 'assistant', content: message.content.map((part) => toAssistantPart(part, options)) });
}

/** Results of calls that the provider ran itself belong to the assistant's own message. */
function appendToolResults(
  prompt: LanguageModelV4Prompt,
  results: readonly ModelToolResultPart[],
  remoteCalls: ReadonlySet<string>,
): void {
  const local = results.filter((result) => !remoteCalls.has(result.toolCallId)).map(toToolResult);
  for (const result of results) {
    if (remoteCalls.has(result.toolCallId)) insertAfterCall(prompt, toRemoteResult(result));
  }
  if (local.length > 0) prompt.push({ role: 'tool', content: local });
}

/** A provider tells the failures of its own tools by a code. */
function toRemoteResult(part: ModelToolResultPart): LanguageModelV4ToolResultPart {
  const { output } = part;
  if (output.kind === 'result') return { ...toToolResult(part), output: { type: 'json', value: output.value } };
  return { ...toToolResult(part), output: { type: 'error-json', value: { errorCode: output.message } } };
}

function insertAfterCall(prompt: LanguageModelV4Prompt, result: LanguageModelV4ToolResultPart): void {
  for (const message of prompt.toReversed()) {
    if (message.role !== 'assistant') continue;
    const content: AssistantContent = message.content;
    const index = content.findIndex((part) => part.type === 'tool-call' && part.toolCallId === result.toolCallId);
    if (index === -1) continue;
    content.splice(index + 1, 0, result);
    return;
  }
}

function toUserPart(part: ModelUserPart): LanguageModelV4FilePart | { type: 'text'; text: string } {
  return part.type === 'file' ? toFile(part) : { type: 'text', text: part.text, ...providerOptionsOf(part) };
}

function toAssistantPart(part: ModelAssistantPart, options: PromptOptions): AssistantContent[number] {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return {
        type: part.type,
        text: part.text,
        ...providerOptionsOf(part),
      };
    case 'file':
      return options.takesAssistantFiles
        ? { ...toFile(part), ...providerOptionsOf(part) }
        : { type: 'text', text: `[${part.filename ?? 'file'}, ${part.mediaType}]` };
    case 'tool-call':
      return {
        type: 'tool-call',
        toolCallId: part.toolCallId,
        toolName: part.toolName,
        input: part.input,
        ...(part.providerExecuted && { providerExecuted: true }),
        ...providerOptionsOf(part),
      };
  }
}

/** Metadata came from a provider as JSON and was kept as it was. */
function providerOptionsOf(part: { providerMetadata?: ProviderMetadata }): {
  providerOptions?: SharedV4ProviderOptions;
} {
  return part.providerMetadata ? { providerOptions: part.providerMetadata as SharedV4ProviderOptions } : {};
}

function toToolResult(part: ModelToolResultPart): LanguageModelV4ToolResultPart {
  return {
    type: 'tool-result',
    toolCallId: part.toolCallId,
    toolName: part.toolName,
    output: toOutput(part),
    ...providerOptionsOf(part),
  };
}

function toOutput(part: ModelToolResultPart): LanguageModelV4ToolResultOutput {
  const { output } = part;
  if (output.kind === 'error') return { type: 'error-text', value: output.message };
  if (part.files?.length) {
    return { type: 'content', value: [{ type: 'text', text: toolResultText(part) }, ...part.files.map(toFile)] };
  }
  return typeof output.value === 'string'
    ? { type: 'text', value: output.value }
    : { type: 'json', value: output.value };
}

/** What a model reads as the result of a tool, where it reads text. */
export function toolResultText({ output }: ModelToolResultPart): string {
  if (output.kind === 'error') return output.message;
  return typeof output.value === 'string' ? output.value : JSON.stringify(output.value);
}

function toFile(part: ModelFilePart): LanguageModelV4FilePart {
  return {
    type: 'file',
    mediaType: part.mediaType,
    ...(part.filename !== undefined && { filename: part.filename }),
    data: 'url' in part.data ? { type: 'url', url: toUrl(part.data.url) } : { type: 'data', data: part.data.bytes },
  };
}

function toUrl(text: string): URL {
  if (!URL.canParse(text))
    throw new RefusedRequestError(`The address of a file is not a URL: "${text.slice(0, 100)}".`);
  return new URL(text);
}
