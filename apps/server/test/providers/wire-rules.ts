import type { Dialect } from './wire-format.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies as they came over the wire
type Json = any;

/** Throws when the provider's API would refuse the body of this request, by the strictest reading of its documented message rules. */
export function checkWireRules(dialect: Dialect, body: Json): void {
  rules[dialect](body);
}

const rules: { readonly [Name in Dialect]: (body: Json) => void } = {
  anthropic: checkAnthropic,
  responses: checkResponses,
  google: checkGoogle,
  chat: checkChat,
};

function refuse(where: string, problem: string): never {
  throw new Error(`${where}: ${problem}`);
}

function requireText(where: string, text: unknown): void {
  if (typeof text !== 'string' || text.trim() === '') refuse(where, `has a blank text: ${JSON.stringify(text)}`);
}

function requireId(where: string, id: unknown): void {
  if (typeof id !== 'string' || !/^[A-Za-z0-9_-]{1,64}$/.test(id)) refuse(where, `has an unfit id: ${id}`);
}

/** The ids of one list are the ids of the other, each once. */
function requireSameIds(where: string, calls: readonly string[], results: readonly string[]): void {
  const [asked, answered] = [calls.toSorted().join(), results.toSorted().join()];
  if (asked !== answered) refuse(where, `calls [${asked}] are answered by [${answered}]`);
  if (new Set(calls).size !== calls.length) refuse(where, `call ids repeat: ${asked}`);
}

/** Roles alternate, the user first and last; calls are answered at the start of the next message; texts have characters. */
function checkAnthropic({ messages, system = [], max_tokens, thinking, temperature }: Json): void {
  if (messages.length === 0) refuse('messages', 'there are none');
  const seen: string[] = [];
  messages.forEach((message: Json, index: number) => {
    const where = `messages[${index}]`;
    if (message.role !== (index % 2 === 0 ? 'user' : 'assistant')) refuse(where, `is of ${message.role}`);
    if (message.content.length === 0) refuse(where, 'is empty');
    for (const block of message.content) if (block.type === 'text') requireText(where, block.text);
    const calls = idsOf(message.content, 'tool_use', 'id');
    for (const id of calls) requireId(where, id);
    seen.push(...calls);
    const next = messages[index + 1]?.content ?? [];
    if (message.role === 'assistant') requireSameIds(where, calls, idsOf(next, 'tool_result', 'tool_use_id'));
    if (index === 0 && idsOf(message.content, 'tool_result', 'tool_use_id').length > 0)
      refuse(where, 'answers nothing');
    const firstOther = message.content.findIndex((block: Json) => block.type !== 'tool_result');
    const lastResult = message.content.findLastIndex((block: Json) => block.type === 'tool_result');
    if (firstOther !== -1 && lastResult > firstOther) refuse(where, 'has a result after other content');
  });
  if (messages.length % 2 === 0) refuse('messages', 'the assistant has the last word');
  if (new Set(seen).size !== seen.length) refuse('messages', 'a call id appears twice');
  for (const block of system) requireText('system', block.text);
  if (!(max_tokens > 0)) refuse('max_tokens', `is ${max_tokens}`);
  if (thinking?.type === 'enabled' && thinking.budget_tokens >= max_tokens) refuse('thinking', 'leaves no room');
  if (thinking && thinking.type !== 'disabled' && temperature !== undefined) refuse('temperature', 'beside thinking');
}

function idsOf(content: Json[], type: string, key: string): string[] {
  return content.filter((block) => block.type === type).map((block) => block[key]);
}

/** Every call has one output and every output a call before it; reasoning is followed by what it led to. */
function checkResponses({ input }: Json): void {
  const open = new Map<string, boolean>();
  input.forEach((item: Json, index: number) => {
    const where = `input[${index}]`;
    if (item.type === 'function_call') {
      requireId(where, item.call_id);
      if (open.has(item.call_id)) refuse(where, `call ${item.call_id} appears twice`);
      open.set(item.call_id, false);
      JSON.parse(item.arguments);
    } else if (item.type === 'function_call_output') {
      if (open.get(item.call_id) !== false) refuse(where, `answers no open call: ${item.call_id}`);
      open.set(item.call_id, true);
    } else if (item.type === 'reasoning') {
      const next = input[index + 1];
      const follows = next?.type === 'function_call' || next?.type === 'reasoning' || next?.role === 'assistant';
      if (!follows) refuse(where, 'reasoning without what follows it');
    } else {
      const parts = typeof item.content === 'string' ? [{ text: item.content }] : item.content;
      if (parts.length === 0) refuse(where, 'is empty');
      for (const part of parts) if ('text' in part) requireText(where, part.text);
    }
  });
  if (input.length === 0) refuse('input', 'is empty');
  for (const [id, isAnswered] of open) if (!isAnswered) refuse('input', `call ${id} has no output`);
}

/** The user speaks first and last; a turn with calls follows the user's and is followed by as many responses of the same names. */
function checkGoogle({ contents, systemInstruction }: Json): void {
  if (contents.length === 0) refuse('contents', 'there are none');
  if (contents[0].role !== 'user') refuse('contents[0]', `is of ${contents[0].role}`);
  if (contents.at(-1).role !== 'user') refuse('contents', 'the model has the last word');
  contents.forEach(({ role, parts }: Json, index: number) => {
    const where = `contents[${index}]`;
    if (parts.length === 0) refuse(where, 'is empty');
    for (const part of parts) if ('text' in part && !part.thought) requireText(where, part.text);
    const names = namesOf(parts, 'functionCall');
    const before = contents[index - 1];
    if (names.length > 0 && (role !== 'model' || before?.role !== 'user'))
      refuse(where, 'calls do not follow the user');
    const answers = namesOf(contents[index + 1]?.parts ?? [], 'functionResponse');
    if (role === 'model' && names.join() !== answers.join()) refuse(where, `calls ${names} are answered by ${answers}`);
    const own = namesOf(parts, 'functionResponse');
    if (own.length > 0 && before?.role !== 'model') refuse(where, 'answers nothing');
  });
  for (const part of systemInstruction?.parts ?? []) requireText('systemInstruction', part.text);
}

function namesOf(parts: Json[], key: string): string[] {
  return parts.filter((part) => key in part).map((part) => part[key].name);
}

/** Tool messages answer the calls of the assistant's message right before them, each once. */
function checkChat({ messages }: Json): void {
  if (messages.length === 0) refuse('messages', 'there are none');
  let index = 0;
  while (index < messages.length) {
    const { role, content, tool_calls = [] } = messages[index];
    const where = `messages[${index}]`;
    index += 1;
    if (role === 'tool') refuse(where, 'answers nothing');
    if (tool_calls.length === 0 && typeof content === 'string') requireText(where, content);
    if (tool_calls.length === 0 && Array.isArray(content) && content.length === 0) refuse(where, 'is empty');
    const results: string[] = [];
    for (; messages[index]?.role === 'tool'; index += 1) results.push(messages[index].tool_call_id);
    const ids = tool_calls.map((call: Json) => call.id);
    for (const id of ids) requireId(where, id);
    requireSameIds(where, ids, results);
  }
  if (messages.at(-1).role === 'assistant') refuse('messages', 'the assistant has the last word');
}
