import { afterEach, describe, expect, test, vi } from 'vitest';
import { event, finish, start, text } from '../../test/events.ts';
import {
  createHttpTransport,
  createSocketTransport,
  getText,
  isSocketTransport,
  OctavusChat,
  type SocketLike,
  type SocketTransportOptions,
} from '../index.ts';

class FakeSocket implements SocketLike {
  readyState = 1;
  readonly sent: unknown[] = [];
  onmessage: SocketLike['onmessage'];
  onclose: SocketLike['onclose'];
  isClosed = false;

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }
  close(): void {
    this.isClosed = true;
    this.readyState = 3;
  }
  /** The browser tells of a close later than `close()` returns. */
  tellClose(): void {
    this.readyState = 3;
    this.onclose?.({} as CloseEvent);
  }
  receive(...messages: unknown[]): void {
    for (const message of messages) this.onmessage?.({ data: JSON.stringify(message) } as MessageEvent);
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

function socketChat(options: Partial<SocketTransportOptions> = {}) {
  const sockets: FakeSocket[] = [];
  const connect = vi.fn(async () => {
    const socket = new FakeSocket();
    sockets.push(socket);
    return socket;
  });
  const transport = createSocketTransport({ connect, ...options });
  const chat = new OctavusChat({ transport });
  const states: unknown[] = [];
  transport.onConnectionStateChange((state, error) => states.push(error ? [state, error.message] : state));
  return { chat, transport, connect, sockets, states };
}

const said = (chat: OctavusChat) => chat.messages.map(getText);
const trigger = (triggerName: string) => ({ type: 'trigger', triggerName });

describe('a socket transport', () => {
  test('connects with the first message and serves many turns', async () => {
    const onMessage = vi.fn();
    const { chat, connect, sockets, states } = socketChat({ onMessage });
    expect(connect).not.toHaveBeenCalled();
    const sent = chat.send('go', { A: 1 });
    await settle();
    expect(sockets[0]?.sent).toEqual([{ ...trigger('go'), input: { A: 1 } }]);
    sockets[0]?.receive(start(), { custom: 1 }, ...text('One'), finish());
    await sent;
    const again = chat.send('again');
    await settle();
    sockets[0]?.receive(start(), ...text('Two'), finish());
    await again;
    expect(said(chat)).toEqual(['One', 'Two']);
    expect(sockets).toHaveLength(1);
    expect(sockets[0]?.sent).toEqual([{ ...trigger('go'), input: { A: 1 } }, trigger('again')]);
    expect(onMessage).toHaveBeenCalledWith({ custom: 1 });
    expect(states).toEqual(['disconnected', 'connecting', 'connected']);
  });

  test('connects ahead; calls at the same time share one attempt', async () => {
    const { transport, connect } = socketChat();
    await Promise.all([transport.connect(), transport.connect()]);
    await transport.connect();
    expect(connect).toHaveBeenCalledOnce();
    expect(transport.connectionState).toBe('connected');
  });

  test('a connection that fails is the error of the call and of the state', async () => {
    const connect = vi
      .fn<() => Promise<SocketLike>>()
      .mockRejectedValueOnce(new Error('refused'))
      .mockRejectedValue('x');
    const { chat, transport, states } = socketChat({ connect });
    await chat.send('go');
    expect(chat.error?.message).toBe('refused');
    await expect(transport.connect()).rejects.toThrow('Connection failed');
    expect(states.slice(1)).toEqual(['connecting', ['error', 'refused'], 'connecting', ['error', 'Connection failed']]);
  });

  test('continues, retries and stops by messages; stops only what runs', async () => {
    const { chat, sockets } = socketChat();
    chat.updateOptions({ clientTools: { tool: async () => 7 } });
    const sent = chat.send('go');
    await settle();
    const toolCalls = [{ toolCallId: 'c1', toolName: 'tool', args: {} }];
    const asked = event('client-tool-request', { executionId: 'exec_1', toolCalls });
    sockets[0]?.receive(start(), asked, finish('client-tool-calls'));
    await sent;
    await settle();
    sockets[0]?.receive(start(), ...text('Half').slice(0, 2));
    await settle();
    chat.stop();
    chat.stop();
    void chat.retry();
    await settle();
    expect(sockets[0]?.sent).toEqual([
      trigger('go'),
      { type: 'continue', executionId: 'exec_1', toolResults: [{ toolCallId: 'c1', toolName: 'tool', result: 7 }] },
      { type: 'stop' },
      { ...trigger('go'), rollbackAfterMessageId: null },
    ]);
  });

  test('what still comes of a stopped run is not part of the next one', async () => {
    const { chat, sockets } = socketChat();
    void chat.send('go');
    await settle();
    const [socket] = sockets;
    socket?.receive(start({ executionId: 'old' }), ...text('Old').slice(0, 2));
    await settle();
    const next = chat.send('next');
    await settle();
    socket?.receive(...text('ghost'), { ...finish(), executionId: 'old' });
    socket?.receive(start({ executionId: 'new' }), ...text('New'), { ...finish(), executionId: 'new' });
    await next;
    expect(said(chat)).toEqual(['Old', 'New']);
    expect(chat.status).toBe('idle');
  });

  test('a close ends the stream and the next message connects again', async () => {
    const onClose = vi.fn();
    const { chat, sockets, states } = socketChat({ onClose });
    const sent = chat.send('go');
    await settle();
    sockets[0]?.receive(start(), ...text('Half').slice(0, 2));
    await settle();
    sockets[0]?.tellClose();
    await sent;
    expect(chat.status).toBe('idle');
    expect(said(chat)).toEqual(['Half']);
    expect(onClose).toHaveBeenCalledOnce();
    void chat.send('go');
    await settle();
    expect(sockets).toHaveLength(2);
    expect(states.slice(1)).toEqual(['connecting', 'connected', 'disconnected', 'connecting', 'connected']);
  });

  test('mount, unmount, mount: the first socket is closed, and its late close does not harm the second', async () => {
    const waiting: ((socket: FakeSocket) => void)[] = [];
    const connect = () => new Promise<SocketLike>((resolve) => waiting.push(resolve));
    const { chat, transport } = socketChat({ connect });
    const first = transport.connect();
    transport.disconnect();
    const second = transport.connect();
    const [one, two] = [new FakeSocket(), new FakeSocket()];
    waiting[0]?.(one);
    await expect(first).rejects.toThrow('closed');
    expect(one.isClosed).toBe(true);
    waiting[1]?.(two);
    await second;
    const sent = chat.send('go');
    await settle();
    one.tellClose();
    one.receive(...text('ghost'));
    expect(transport.connectionState).toBe('connected');
    two.receive(start(), ...text('Hi'), finish());
    await sent;
    expect(said(chat)).toEqual(['Hi']);
  });

  test('disconnect closes the socket and tells of its close, unless another took its place', async () => {
    const onClose = vi.fn();
    const { transport, sockets } = socketChat({ onClose });
    await transport.connect();
    transport.disconnect();
    expect(sockets[0]?.isClosed).toBe(true);
    expect(transport.connectionState).toBe('disconnected');
    sockets[0]?.tellClose();
    expect(onClose).toHaveBeenCalledOnce();
    await transport.connect();
    sockets[0]?.tellClose();
    expect(onClose).toHaveBeenCalledOnce();
    expect(transport.connectionState).toBe('connected');
  });

  test('stop while it connects sends nothing', async () => {
    const { chat, sockets } = socketChat();
    const sent = chat.send('go');
    chat.stop();
    await sent;
    await settle();
    expect(sockets[0]?.sent).toEqual([]);
    expect(chat.status).toBe('idle');
  });

  test('an onMessage that throws does not lose the event', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { chat, sockets } = socketChat({
      onMessage: () => {
        throw new Error('mine');
      },
    });
    const sent = chat.send('go');
    await settle();
    sockets[0]?.receive(start(), ...text('Hi'), finish());
    await sent;
    expect(said(chat)).toEqual(['Hi']);
    log.mockRestore();
  });

  test('data that is no text is taken as it is, and text that is no JSON is not an event', async () => {
    const onMessage = vi.fn();
    const { chat, sockets } = socketChat({ onMessage });
    const sent = chat.send('go');
    await settle();
    for (const data of ['pong', ...text('Hi'), finish()]) sockets[0]?.onmessage?.({ data } as MessageEvent);
    await sent;
    expect(onMessage).toHaveBeenNthCalledWith(1, 'pong');
    expect(said(chat)).toEqual(['Hi']);
  });

  test('a message sent while the old socket is closing goes over a new one', async () => {
    const onClose = vi.fn();
    const { chat, sockets, states } = socketChat({ onClose });
    const running = chat.send('go');
    await settle();
    sockets[0]?.receive(start(), ...text('Half').slice(0, 2));
    await settle();
    const [old] = sockets;
    old!.readyState = 2;
    const next = chat.send('next');
    old?.tellClose();
    await settle();
    expect(sockets[1]?.sent).toEqual([trigger('next')]);
    sockets[1]?.receive(start({ executionId: 'new' }), ...text('Whole'), finish());
    await Promise.all([running, next]);
    expect(said(chat)).toEqual(['Half', 'Whole']);
    expect(states.slice(1)).toEqual(['connecting', 'connected', 'connecting', 'connected']);
    expect(onClose).not.toHaveBeenCalled();
  });

  test('a turn on a socket that is closing ends when the connection is opened again', async () => {
    const { chat, sockets, transport } = socketChat();
    const sent = chat.send('go');
    await settle();
    sockets[0]?.receive(start(), ...text('Half').slice(0, 2));
    await settle();
    sockets[0]!.readyState = 2;
    await transport.connect();
    await sent;
    expect(chat.status).toBe('idle');
    expect(said(chat)).toEqual(['Half']);
  });

  test.each([0, 2, 3])('a socket that comes with readyState %i is closed and refused', async (readyState) => {
    const socket = Object.assign(new FakeSocket(), { readyState });
    const { chat, transport } = socketChat({ connect: async () => socket });
    await chat.send('go');
    expect(chat.error?.message).toContain('readyState 1');
    expect(transport.connectionState).toBe('error');
    expect(socket.isClosed).toBe(true);
    expect(socket.sent).toEqual([]);
  });

  test('an error is the new run’s, though the server never told the end of the old one', async () => {
    const { chat, sockets } = socketChat();
    void chat.send('go');
    await settle();
    sockets[0]?.receive(start({ executionId: 'old' }), ...text('Old').slice(0, 2));
    await settle();
    chat.stop();
    const next = chat.send('next');
    await settle();
    sockets[0]?.receive(
      event('error', { errorType: 'rate_limit_error', message: 'Slow down', retryable: true, source: 'platform' }),
    );
    await next;
    expect(chat.error?.message).toBe('Slow down');
  });

  test('a listener that throws harms neither the connection nor other listeners', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { transport, states } = socketChat();
    transport.onConnectionStateChange(() => {
      throw new Error('mine');
    });
    const later: unknown[] = [];
    transport.onConnectionStateChange((state) => later.push(state));
    await transport.connect();
    expect(transport.connectionState).toBe('connected');
    expect(states).toEqual(['disconnected', 'connecting', 'connected']);
    expect(later).toEqual(states);
    log.mockRestore();
  });

  test('is told from other transports', () => {
    expect(isSocketTransport(socketChat().transport)).toBe(true);
    expect(isSocketTransport(createHttpTransport({ url: 'http://localhost' }))).toBe(false);
  });
});

describe('reconnect', () => {
  afterEach(() => vi.useRealTimers());

  test('opens a lost connection again with growing pauses, and repeats no turn', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { chat, connect, sockets, states, transport } = socketChat({ reconnect: { baseMs: 100, maxMs: 150 } });
    const sent = chat.send('go');
    await settle();
    connect.mockRejectedValueOnce(new Error('still down')).mockRejectedValueOnce(new Error('still down'));
    sockets[0]?.tellClose();
    await sent;
    expect(chat.status).toBe('idle');
    expect(connect).toHaveBeenCalledTimes(1);
    for (const [ms, calls] of [
      [99, 1],
      [1, 2],
      [149, 2],
      [1, 3],
      [149, 3],
      [1, 4],
    ] as const) {
      vi.advanceTimersByTime(ms);
      await settle();
      expect(connect).toHaveBeenCalledTimes(calls);
    }
    expect(transport.connectionState).toBe('connected');
    expect(sockets[1]?.sent).toEqual([]);
    expect(states).toEqual(['disconnected', 'connecting', 'connected', 'disconnected', 'connecting', 'connected']);
  });

  test('gives up after its attempts, and disconnect ends them', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const connect = vi.fn(async (): Promise<SocketLike> => {
      throw new Error('down');
    });
    const { chat, transport } = socketChat({ connect, reconnect: { maxAttempts: 2, baseMs: 10 } });
    const sent = chat.send('go');
    await settle();
    vi.advanceTimersByTime(10);
    await sent;
    expect(chat.error?.message).toBe('down');
    expect(connect).toHaveBeenCalledTimes(2);
    const opening = transport.connect();
    await settle();
    transport.disconnect();
    await expect(opening).rejects.toThrow();
    vi.advanceTimersByTime(1000);
    await settle();
    expect(connect).toHaveBeenCalledTimes(3);
    expect(transport.connectionState).toBe('disconnected');
  });
});
