import { isId, type ModelMessage, type ModelToolCallPart } from '@octavus/core';

/**
 * Throws when a provider would refuse the context or misread it. The strictest reading of the Anthropic, OpenAI and Google rules:
 *
 * - the user speaks first and last (results of tools count), and the assistant never twice in a row
 * - messages have content, texts are not blank, files are bytes
 * - every call (a provider-executed one apart) is answered in the message right after its own, once, under its name
 * - results answer calls of the message right before, call ids are unique, ids and tool names plain
 */
export function checkModelMessages(messages: readonly ModelMessage[]): void {
  const seenCalls = new Set<string>();
  if (messages.length === 0) throw new Error('there is no message');
  messages.forEach((message, index) => {
    const fail = (problem: string): never => {
      throw new Error(`message ${index} (${message.role}): ${problem}`);
    };
    if (message.content.length === 0) fail('is empty');
    checkTurn(message, messages, index, fail);
    checkTexts(message, fail);
    checkFiles(message, fail);
    for (const call of callsOf(message)) {
      if (!isId(call.toolCallId)) fail(`call id ${JSON.stringify(call.toolCallId)} is not accepted by every provider`);
      if (!call.providerExecuted && !namePattern.test(call.toolName))
        fail(`no provider takes the tool name ${call.toolName}`);
      if (seenCalls.has(call.toolCallId)) fail(`call ${call.toolCallId} appears twice`);
      seenCalls.add(call.toolCallId);
    }
    checkAnswers(message, messages[index + 1], fail);
    if (message.role === 'tool') checkQuestions(message, messages[index - 1], fail);
  });
}

const namePattern = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

type ToolMessage = Extract<ModelMessage, { role: 'tool' }>;
type Fail = (problem: string) => never;

function checkTurn(message: ModelMessage, messages: readonly ModelMessage[], index: number, fail: Fail): void {
  if (message.role !== 'assistant') return;
  if (index === 0) fail('speaks first');
  const before = messages[index - 1];
  if (before?.role === 'assistant' && !ranOwnTools(before)) fail('follows the assistant');
  if (index === messages.length - 1 && !ranOwnTools(message)) fail('has the last word');
}

/** A provider that runs tools itself may break off in its answer and go on. */
function ranOwnTools(message: ModelMessage): boolean {
  return callsOf(message).some((call) => call.providerExecuted);
}

function checkTexts(message: ModelMessage, fail: Fail): void {
  for (const part of message.content) {
    if (part.type === 'text' && part.text.trim() === '') fail('has a blank text');
  }
}

/** Providers cannot fetch from a server on a laptop. */
function checkFiles(message: ModelMessage, fail: Fail): void {
  for (const part of message.content) {
    const files = part.type === 'tool-result' ? (part.files ?? []) : part.type === 'file' ? [part] : [];
    for (const { data } of files) if (!('bytes' in data)) fail(`has a file by its address: ${data.url}`);
  }
}

function checkAnswers(message: ModelMessage, next: ModelMessage | undefined, fail: Fail): void {
  const answered = next?.role === 'tool' ? next.content.map((result) => result.toolCallId) : [];
  for (const call of callsOf(message)) {
    if (call.providerExecuted) continue;
    const answers = answered.filter((id) => id === call.toolCallId).length;
    if (answers === 0) fail(`call ${call.toolCallId} is not answered in the next message`);
    if (answers > 1) fail(`call ${call.toolCallId} is answered ${answers} times`);
  }
}

function checkQuestions(message: ToolMessage, before: ModelMessage | undefined, fail: Fail): void {
  const calls = new Map(before ? callsOf(before).map((call) => [call.toolCallId, call]) : []);
  for (const result of message.content) {
    const call =
      calls.get(result.toolCallId) ?? fail(`result ${result.toolCallId} answers no call of the message before`);
    if (call.toolName !== result.toolName)
      fail(`result ${result.toolCallId} is named ${result.toolName}, not ${call.toolName}`);
  }
}

function callsOf(message: ModelMessage): readonly ModelToolCallPart[] {
  return message.role === 'assistant' ? message.content.filter((part) => part.type === 'tool-call') : [];
}
