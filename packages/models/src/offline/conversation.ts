import type { ModelMessage, ModelRequest, ModelToolResultPart } from '@octavus/core';

/** What the rules look at: the last thing the user said, and what tools have answered to it since. */
export interface Conversation {
  /** Text of the last user message; empty when there is none. */
  readonly question: string;
  readonly fileCount: number;
  readonly results: readonly ModelToolResultPart[];
  /** Tools called since the question. */
  readonly calledTools: ReadonlySet<string>;
  /** The assistant has answered before. */
  readonly isContinued: boolean;
  /** First sentence of the system prompt. */
  readonly role: string | undefined;
}

export function readConversation(request: ModelRequest): Conversation {
  const lastUser = request.messages.findLastIndex(({ role }) => role === 'user');
  const since = request.messages.slice(lastUser + 1);
  const question = request.messages[lastUser];
  return {
    question: textOf(question),
    fileCount: question?.content.filter(({ type }) => type === 'file').length ?? 0,
    results: since.flatMap((message) => (message.role === 'tool' ? message.content : [])),
    calledTools: new Set(since.flatMap(toolNamesOf)),
    isContinued: request.messages.slice(0, Math.max(lastUser, 0)).some(({ role }) => role === 'assistant'),
    role: firstSentence(request.system.find((text) => text.trim() !== '')),
  };
}

function textOf(message: ModelMessage | undefined): string {
  if (message?.role !== 'user') return '';
  return message.content
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join('\n')
    .trim();
}

function toolNamesOf(message: ModelMessage): string[] {
  if (message.role === 'user') return [];
  return message.content.flatMap((part) => ('toolName' in part ? [part.toolName] : []));
}

function firstSentence(text: string | undefined): string | undefined {
  const line = text
    ?.split('\n')
    .map((candidate) => candidate.replace(/^[#>*\s-]+/, '').trim())
    .find((candidate) => candidate !== '');
  return line === undefined ? undefined : shorten(/^.*?[.!?](?=\s|$)/.exec(line)?.[0] ?? line, 160);
}

/** Cuts a text for quoting. */
export function shorten(text: string, length: number): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length <= length ? flat : `${flat.slice(0, length - 1).trimEnd()}…`;
}
