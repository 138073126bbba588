import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { block, event, finish, start, text } from '../../test/events.ts';
import { bodyOf, sendEvents, serve } from '../../test/serve.ts';
import { createHttpTransport, getText, type HttpRequest, OctavusChat, parseSSEStream } from '../index.ts';

const said = (chat: OctavusChat) => chat.messages.map((message) => [message.role, message.status, getText(message)]);

const untilStatus = (chat: OctavusChat, passes: (chat: OctavusChat) => boolean) =>
  new Promise<void>((resolve) => {
    const unsubscribe = chat.subscribe(() => {
      if (!passes(chat)) return;
      unsubscribe();
      resolve();
    });
  });

const saysHalf = ({ messages }: OctavusChat) => messages.length > 0 && getText(messages[0]!) === 'Half';

async function collect(events: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const one of events) all.push(one);
  return all;
}

describe('createHttpTransport', () => {
  test('sends the trigger to the address and streams the answer', async () => {
    const requests: unknown[] = [];
    await using app = await serve(async (request, response) => {
      requests.push([request.headers.authorization, JSON.parse(await bodyOf(request))]);
      sendEvents(response, [start(), ...text('Hi'), finish()]);
      response.end('data: [DONE]\n\n');
    });
    const transport = createHttpTransport({
      url: app.url,
      headers: async () => ({ Authorization: `Bearer ${requests.length}` }),
      body: () => ({ sessionId: 's1', type: 'nothing of this may win' }),
    });
    const chat = new OctavusChat({ transport });
    await chat.send('user-message', { A: 1 });
    await chat.retry();
    const trigger = { sessionId: 's1', type: 'trigger', triggerName: 'user-message', input: { A: 1 } };
    expect(requests).toEqual([
      ['Bearer 0', trigger],
      ['Bearer 1', { ...trigger, rollbackAfterMessageId: null }],
    ]);
    expect(said(chat)).toEqual([['assistant', 'done', 'Hi']]);
  });

  test('a continuation carries the results', async () => {
    const requests: HttpRequest[] = [];
    await using app = await serve(async (request, response) => {
      requests.push(JSON.parse(await bodyOf(request)));
      const calls = [{ toolCallId: 'c1', toolName: 'go', args: {} }];
      sendEvents(response, [start()]);
      if (requests.length === 1) {
        const asked = event('client-tool-request', { executionId: 'exec_1', toolCalls: calls });
        sendEvents(response, [asked, finish('client-tool-calls')]);
      } else sendEvents(response, [...text('Done'), finish()]);
      response.end();
    });
    const chat = new OctavusChat({
      transport: createHttpTransport({ url: app.url }),
      clientTools: { go: async () => 7 },
    });
    const idle = untilStatus(chat, ({ status }) => status === 'idle');
    await chat.send('go');
    await idle;
    expect(requests[1]).toEqual({
      type: 'continue',
      executionId: 'exec_1',
      toolResults: [{ toolCallId: 'c1', toolName: 'go', result: 7 }],
    });
  });

  test.each([
    [
      { error: 'Too many', code: 'SESSION_BUSY' },
      { message: 'Too many', code: 'SESSION_BUSY' },
    ],
    [{ error: { code: 'SESSION_BUSY', message: 'Too many' } }, { message: 'Too many', code: 'SESSION_BUSY' }],
    [{ message: 'Too many' }, { message: 'Too many' }],
    ['plain text', { message: 'plain text' }],
    ['', { message: 'Request failed with status 429' }],
  ])('an answer outside 2xx is an error with what its body says: %j', async (body, expected) => {
    await using app = await serve((_request, response) => {
      response.writeHead(429, { 'retry-after': '2' }).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    const chat = new OctavusChat({ transport: createHttpTransport({ url: app.url }) });
    await chat.send('go');
    expect(chat.error).toMatchObject({ ...expected, errorType: 'rate_limit_error', retryable: true, retryAfter: 2 });
  });

  test.each([
    ['7', 7],
    ['Tue, 01 Sep 2026 00:01:30 GMT', 90],
    ['Mon, 31 Aug 2026 00:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
  ])('Retry-After: %s means %s seconds', async (header, retryAfter) => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-09-01T00:00:00Z') });
    const request = async () => new Response('{"error":"Busy"}', { status: 503, headers: { 'retry-after': header } });
    const chat = new OctavusChat({ transport: createHttpTransport({ request }) });
    await chat.send('go');
    vi.useRealTimers();
    expect(chat.error?.retryAfter).toBe(retryAfter);
  });

  test('an answer without a body is an error', async () => {
    const transport = createHttpTransport({ request: async () => new Response(null, { status: 204 }) });
    const chat = new OctavusChat({ transport });
    await chat.send('go');
    expect(chat.error?.message).toContain('no body');
  });

  test('a connection that breaks ends the turn', async () => {
    let cut = () => {};
    await using app = await serve((_request, response) => {
      sendEvents(response, [start(), ...text('Half').slice(0, 2)]);
      cut = () => void response.destroy();
    });
    const chat = new OctavusChat({ transport: createHttpTransport({ url: app.url }) });
    const streaming = untilStatus(chat, saysHalf);
    const sent = chat.send('go');
    await streaming;
    cut();
    await sent;
    expect(said(chat)).toEqual([['assistant', 'done', 'Half']]);
    expect(chat.status).toBe('error');
  });

  test('stop closes the connection', async () => {
    let closed: Promise<unknown> | undefined;
    await using app = await serve((_request, response) => {
      closed = once(response, 'close');
      sendEvents(response, [start(), ...text('Half').slice(0, 2)]);
    });
    const chat = new OctavusChat({ transport: createHttpTransport({ url: app.url }) });
    const streaming = untilStatus(chat, saysHalf);
    const sent = chat.send('go');
    await streaming;
    chat.stop();
    await sent;
    await closed;
    expect(said(chat)).toEqual([['assistant', 'done', 'Half']]);
    expect(chat.status).toBe('idle');
  });

  test('stop is quiet also when the request ignores the signal', async () => {
    let answer = (_response: Response) => {};
    const request = () =>
      new Promise<Response>((resolve) => {
        answer = resolve;
      });
    const chat = new OctavusChat({ transport: createHttpTransport({ request }) });
    const sent = chat.send('go');
    chat.stop();
    await sent;
    expect(chat.status).toBe('idle');
    let isCancelled = false;
    const body = new ReadableStream({
      cancel: () => {
        isCancelled = true;
      },
    });
    answer(new Response(body));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isCancelled).toBe(true);
    expect(chat.status).toBe('idle');
  });

  test('a message sent while another streams gets its answer', async () => {
    const open: ServerResponse[] = [];
    await using app = await serve((_request, response) => {
      open.push(response);
      sendEvents(response, [start(), block(), ...text(`Answer ${open.length}`).slice(0, 2)]);
      if (open.length === 2) {
        sendEvents(response, [finish()]);
        response.end();
      }
    });
    const chat = new OctavusChat({ transport: createHttpTransport({ url: app.url }) });
    const streaming = untilStatus(chat, ({ messages }) => messages[1]?.parts.length === 1);
    const first = chat.send('go', {}, { userMessage: { content: 'One' } });
    await streaming;
    await Promise.all([first, chat.send('go', {}, { userMessage: { content: 'Two' } })]);
    expect(said(chat)).toEqual([
      ['user', 'done', 'One'],
      ['assistant', 'done', expect.stringMatching(/^(?:Answer 1)?$/)],
      ['user', 'done', 'Two'],
      ['assistant', 'done', 'Answer 2'],
    ]);
    expect(chat.status).toBe('idle');
  });
});

describe('parseSSEStream', () => {
  const delta = (fields = {}) => ({ type: 'text-delta', id: 't1', delta: 'é', ...fields });

  test('yields events and skips comments, the end marker and what is no event', async () => {
    const whole = `: heartbeat\n\ndata: ${JSON.stringify(delta())}\r\n\r\ndata: {"type":"nothing"}\n\ndata: {\n\ndata: {"type":"text-delta"}\n\n`;
    const end = `data: ${JSON.stringify(delta({ delta: 'last' }))}\n\ndata: [DONE]\n\n`;
    const all = (await collect(parseSSEStream(new Response(whole + end)))) as object[];
    expect(all).toEqual([delta(), delta({ delta: 'last' })]);
  });

  test('throws without a body and passes read errors on', async () => {
    await expect(collect(parseSSEStream(new Response(null)))).rejects.toThrow('body');
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('wire')) });
    await expect(collect(parseSSEStream(new Response(broken)))).rejects.toThrow('wire');
  });

  test('ends quietly when the signal is aborted, and on abort errors', async () => {
    const controller = new AbortController();
    const silent = new ReadableStream({});
    const reading = collect(parseSSEStream(new Response(silent), controller.signal));
    controller.abort();
    expect(await reading).toEqual([]);
    const aborted = new ReadableStream({ pull: (source) => source.error(new DOMException('x', 'AbortError')) });
    expect(await collect(parseSSEStream(new Response(aborted)))).toEqual([]);
  });

  test('cancels the body when it is left early', async () => {
    let isCancelled = false;
    const endless = new ReadableStream({
      pull: (source) => source.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(delta())}\n\n`)),
      cancel: () => {
        isCancelled = true;
      },
    });
    for await (const _event of parseSSEStream(new Response(endless))) break;
    expect(isCancelled).toBe(true);
  });
});
