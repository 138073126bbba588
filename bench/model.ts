import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as after } from 'node:timers/promises';
import { readAnswerSpec, tokensOf } from './answer.ts';

/**
 * The model that every system under measurement talks to: OpenAI Chat Completions, streaming only. The newest user message says what to
 * answer (`answer.ts`). Run as a process of its own, it prints `model <base URL>` and serves until it is ended.
 */
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  await answer(response, lastUserText(body));
});

async function answer(response: ServerResponse, question: string): Promise<void> {
  const spec = readAnswerSpec(question);
  const frames = tokensOf(spec).map((content) => frame({ content }));
  const ending = `${frame({}, 'stop')}data: ${JSON.stringify({ ...envelope, choices: [], usage: usageOf(spec.tokens) })}\n\ndata: [DONE]\n\n`;
  if (spec.pauseMs === 0) {
    response.end(frames.join('') + ending);
    return;
  }
  for (const text of frames) {
    if (response.destroyed) return;
    response.write(text);
    await after(spec.pauseMs);
  }
  response.end(ending);
}

const envelope = { id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 0, model: 'bench' };

function frame(delta: object, finish_reason: string | null = null): string {
  return `data: ${JSON.stringify({ ...envelope, choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
}

const usageOf = (tokens: number) => ({ prompt_tokens: 10, completion_tokens: tokens, total_tokens: tokens + 10 });

function lastUserText(body: string): string {
  const { messages } = JSON.parse(body) as { messages: { role: string; content: string | { text?: string }[] }[] };
  const content = messages.findLast((message) => message.role === 'user')?.content ?? '';
  return typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('');
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') console.log(`model http://127.0.0.1:${address.port}/v1`);
});
process.on('SIGTERM', () => process.exit(0));
