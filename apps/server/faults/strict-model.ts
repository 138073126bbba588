import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A model server that speaks OpenAI Chat Completions, does what the last message says, and refuses a history that is not well formed. */
export interface StrictModel extends AsyncDisposable {
  /** For `OPENAI_COMPATIBLE_<NAME>_BASE_URL`. */
  readonly url: string;
  /** What was wrong with the requests that came. */
  readonly problems: string[];
  /** Requests that came. */
  readonly requests: number;
}

interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string | readonly { readonly text?: string }[] | null;
  readonly tool_calls?: readonly { readonly id: string; readonly function: { readonly arguments: string } }[];
  readonly tool_call_id?: string;
}

type Delta = { readonly content: string } | { readonly tool_calls: readonly object[] };

/** The text that the model writes for `say <token> <words> …`; what is kept of it must be a beginning of this. */
export function saying(token: string, words: number): string {
  return Array.from({ length: words }, (_, index) => `${token}.${index} `).join('');
}

/** What the model writes after the result of `look <token> …` or `list <token> …`. */
export function answerTo(token: string): string {
  return `answer-${token}`;
}

/** @param intercept may end a request in a way of its own; it answers whether it did. */
export async function serveStrictModel(
  intercept: (response: ServerResponse) => boolean = () => false,
): Promise<StrictModel> {
  const problems: string[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    response.on('error', () => undefined);
    if (intercept(response)) return;
    answer(request, response, problems).catch((error: Error) => {
      if (!response.destroyed && error.name !== 'AbortError') problems.push(String(error.stack));
      response.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    problems,
    get requests() {
      return requests;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, problems: string[]): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { messages } = JSON.parse(Buffer.concat(chunks).toString()) as { messages: ChatMessage[] };
  const problem = findProblem(messages);
  if (problem) {
    problems.push(problem);
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: problem, type: 'invalid_request_error' } }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for await (const { delta, finish } of planAnswer(messages)) {
    if (response.destroyed) return;
    const choice = { index: 0, delta: delta ?? {}, finish_reason: finish ?? null };
    response.write(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [choice] })}\n\n`);
  }
  response.end('data: [DONE]\n\n');
}

interface Chunk {
  readonly delta?: Delta;
  readonly finish?: 'stop' | 'tool_calls';
}

async function* planAnswer(messages: readonly ChatMessage[]): AsyncGenerator<Chunk> {
  const last = messages.at(-1)!;
  if (last.role === 'tool') {
    yield { delta: { content: answerTo(tokenOfCall(messages)) } };
    yield { finish: 'stop' };
    return;
  }
  const [verb, token = '', count = '1', paceMs = '0'] = textOf(last).split(' ');
  if (verb === 'say') {
    for (let index = 0; index < Number(count); index += 1) {
      if (paceMs !== '0') await delay(Number(paceMs));
      yield { delta: { content: `${token}.${index} ` } };
    }
    yield { finish: 'stop' };
    return;
  }
  const args = { look: { token }, list: { todos: [{ content: token, status: 'pending' }] } }[verb as 'look' | 'list'];
  const name = verb === 'look' ? 'look-up' : 'octavus_todo_write';
  const call = { index: 0, id: `call_${token}`, type: 'function', function: { name, arguments: JSON.stringify(args) } };
  yield { delta: { tool_calls: [call] } };
  yield { finish: 'tool_calls' };
}

/** Every call is answered right after its message, every answer belongs to such a call, nothing is empty. */
function findProblem(messages: readonly ChatMessage[]): string | undefined {
  let open = new Set<string>();
  const seen = new Set<string>();
  for (const [index, message] of messages.entries()) {
    const at = `message ${index} (${message.role})`;
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id ?? '')) return `${at} answers no open call: ${message.tool_call_id}`;
      continue;
    }
    if (open.size > 0) return `${at} comes before the answers to ${[...open].join(', ')}`;
    const calls = message.tool_calls ?? [];
    if (calls.length === 0 && textOf(message) === '') return `${at} is empty`;
    for (const { id } of calls) {
      if (seen.has(id)) return `${at} repeats the call ${id}`;
      seen.add(id);
    }
    open = new Set(calls.map(({ id }) => id));
  }
  return open.size > 0 ? `no answers to ${[...open].join(', ')}` : undefined;
}

function textOf({ content }: ChatMessage): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ text = '' }) => text).join('');
}

function tokenOfCall(messages: readonly ChatMessage[]): string {
  const id = messages.findLast(({ tool_calls: calls }) => calls && calls.length > 0)?.tool_calls?.[0]?.id ?? '';
  return id.slice('call_'.length);
}
