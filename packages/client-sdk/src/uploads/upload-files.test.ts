import { describe, expect, test, vi } from 'vitest';
import { scriptedTransport } from '../../test/scripted-transport.ts';
import { bodyOf, serve } from '../../test/serve.ts';
import { OctavusChat, type RequestUploadUrls, uploadFiles } from '../index.ts';

const aFile = (name: string, content = 'content', type = 'text/plain') => new File([content], name, { type });

/** Answers uploads with these statuses in turn, then 200. */
async function aStore(statuses: number[] = []) {
  const puts: unknown[] = [];
  const served = await serve(async (request, response) => {
    puts.push([request.method, request.url, request.headers['content-type'], await bodyOf(request)]);
    response.writeHead(statuses.shift() ?? 200).end();
  });
  const requestUploadUrls = vi.fn<RequestUploadUrls>(async (files) => ({
    files: files.map(({ filename }) => ({
      id: `id-${filename}`,
      uploadUrl: `${served.url}/${filename}`,
      downloadUrl: `https://files.example/${filename}`,
    })),
  }));
  return { puts, requestUploadUrls, [Symbol.asyncDispose]: () => served[Symbol.asyncDispose]() };
}

const reference = (filename: string, mediaType = 'text/plain', size = 7) => ({
  id: `id-${filename}`,
  mediaType,
  url: `https://files.example/${filename}`,
  filename,
  size,
});

describe('uploadFiles', () => {
  test('puts each file to its address and returns references in order', async () => {
    await using store = await aStore();
    const progress: unknown[] = [];
    const files = [aFile('a.txt'), new File(['content'], 'b.bin')];
    const uploaded = await uploadFiles(files, { ...store, onProgress: (...told) => progress.push(told) });
    expect(uploaded).toEqual([reference('a.txt'), reference('b.bin', 'application/octet-stream')]);
    expect(store.requestUploadUrls.mock.calls).toEqual([
      [
        [
          { filename: 'a.txt', mediaType: 'text/plain', size: 7 },
          { filename: 'b.bin', mediaType: 'application/octet-stream', size: 7 },
        ],
      ],
    ]);
    expect(store.puts).toEqual([
      ['PUT', '/a.txt', 'text/plain', 'content'],
      ['PUT', '/b.bin', 'application/octet-stream', 'content'],
    ]);
    expect(progress).toEqual([
      [0, 100],
      [1, 100],
    ]);
  });

  test('asks for nothing when there are no files', async () => {
    const requestUploadUrls = vi.fn();
    expect(await uploadFiles([], { requestUploadUrls })).toEqual([]);
    expect(requestUploadUrls).not.toHaveBeenCalled();
  });

  test('too few addresses are an error before any upload', async () => {
    await using store = await aStore();
    const requestUploadUrls: RequestUploadUrls = async (files) => store.requestUploadUrls(files.slice(1));
    await expect(uploadFiles([aFile('a'), aFile('b')], { requestUploadUrls })).rejects.toThrow('2 files');
    expect(store.puts).toEqual([]);
  });

  test('failures that may pass are tried again, with the progress at 0', async () => {
    await using store = await aStore([503, 429]);
    const progress: number[] = [];
    const options = { ...store, retryDelayMs: 1, onProgress: (_: number, percent: number) => progress.push(percent) };
    await uploadFiles([aFile('a')], options);
    expect(store.puts).toHaveLength(3);
    expect(progress).toEqual([0, 0, 100]);
  });

  test('gives up after its retries; other statuses fail at once and no further file is sent', async () => {
    await using tired = await aStore([500, 500]);
    await expect(uploadFiles([aFile('a')], { ...tired, maxRetries: 1, retryDelayMs: 1 })).rejects.toThrow('status 500');
    expect(tired.puts).toHaveLength(2);
    await using strict = await aStore([403]);
    await expect(uploadFiles([aFile('a'), aFile('b')], strict)).rejects.toThrow('Upload of a failed with status 403');
    expect(strict.puts).toHaveLength(1);
  });

  test('an attempt has a time limit', async () => {
    await using silent = await serve(() => undefined);
    const requestUploadUrls: RequestUploadUrls = async () => ({
      files: [{ id: 'x', uploadUrl: silent.url, downloadUrl: 'x' }],
    });
    const options = { requestUploadUrls, timeoutMs: 30, maxRetries: 0 };
    await expect(uploadFiles([aFile('a')], options)).rejects.toThrow('longer than 30 ms');
  });

  test('a broken connection is tried again', async () => {
    let attempts = 0;
    await using flaky = await serve((request, response) => {
      attempts += 1;
      if (attempts === 1) request.socket.destroy();
      else response.end();
    });
    const requestUploadUrls: RequestUploadUrls = async () => ({
      files: [{ id: 'x', uploadUrl: flaky.url, downloadUrl: 'x' }],
    });
    await uploadFiles([aFile('a')], { requestUploadUrls, retryDelayMs: 1 });
    expect(attempts).toBe(2);
  });

  test.each([Number.POSITIVE_INFINITY, 100, 2.5, 0, -1, Number.NaN])(
    'with a concurrency of %d every file is uploaded',
    async (concurrency) => {
      await using store = await aStore();
      const files = [aFile('a'), aFile('b'), aFile('c')];
      const uploaded = await uploadFiles(files, { ...store, concurrency });
      expect(uploaded).toEqual([reference('a'), reference('b'), reference('c')]);
      expect(store.puts).toHaveLength(3);
    },
  );

  test.each([
    undefined,
    {},
    { files: 'none' },
    { files: [{ id: 'a', downloadUrl: 'x' }] },
    { files: [null] },
    { files: [{ id: 7, uploadUrl: 'x', downloadUrl: 'x' }] },
  ])('addresses of another shape are an error that says what is right: %j', async (answer) => {
    const requestUploadUrls = async () => answer as never;
    await expect(uploadFiles([aFile('a')], { requestUploadUrls })).rejects.toThrow(
      'requestUploadUrls() must resolve with { files: [{ id, uploadUrl, downloadUrl }] }',
    );
  });

  test('an empty file is uploaded too', async () => {
    await using store = await aStore();
    const progress: number[] = [];
    const onProgress = (_: number, percent: number) => progress.push(percent);
    expect(await uploadFiles([aFile('a', '')], { ...store, onProgress })).toEqual([reference('a', 'text/plain', 0)]);
    expect(store.puts).toEqual([['PUT', '/a', 'text/plain', '']]);
    expect(progress).toEqual([100]);
  });

  test('a file that the store finds too large fails at once, and says which', async () => {
    await using store = await aStore([413]);
    await expect(uploadFiles([aFile('big.iso')], store)).rejects.toThrow('Upload of big.iso failed with status 413');
    expect(store.puts).toHaveLength(1);
  });

  test('a progress callback that throws does not fail the upload', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await using store = await aStore();
    const onProgress = () => {
      throw new Error('mine');
    };
    expect(await uploadFiles([aFile('a')], { ...store, onProgress })).toEqual([reference('a')]);
    expect(log).toHaveBeenCalledWith(new Error('mine'));
    log.mockRestore();
  });

  test('the signal ends the wait for addresses too, and one that is aborted already asks for none', async () => {
    const abort = new AbortController();
    const requestUploadUrls = vi.fn(() => new Promise<never>(() => undefined));
    const upload = uploadFiles([aFile('a')], { requestUploadUrls, signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(upload).rejects.toThrow('enough');
    expect(requestUploadUrls).toHaveBeenCalledOnce();
    await expect(uploadFiles([aFile('a')], { requestUploadUrls, signal: abort.signal })).rejects.toThrow('enough');
    expect(requestUploadUrls).toHaveBeenCalledOnce();
  });

  test('one that fails ends those on their way, and the pause before a further attempt', async () => {
    const left = Promise.withResolvers<void>();
    await using store = await serve((request, response) => {
      if (request.url === '/slow') response.on('close', left.resolve);
      else response.writeHead(request.url === '/busy' ? 503 : 403).end();
    });
    const requestUploadUrls: RequestUploadUrls = async (files) => ({
      files: files.map(({ filename }) => ({ id: filename, uploadUrl: `${store.url}/${filename}`, downloadUrl: 'x' })),
    });
    const files = [aFile('slow'), aFile('busy'), aFile('refused')];
    const upload = uploadFiles(files, { requestUploadUrls, concurrency: 3, retryDelayMs: 60_000, timeoutMs: 0 });
    await expect(upload).rejects.toThrow('Upload of refused failed with status 403');
    await left.promise;
  });

  test('several go at once when that is asked for; the signal ends them', async () => {
    const waiting = new Set<string | undefined>();
    const abort = new AbortController();
    await using store = await serve((request) => {
      waiting.add(request.url);
      if (waiting.size === 2) abort.abort(new Error('enough'));
    });
    const requestUploadUrls: RequestUploadUrls = async (files) => ({
      files: files.map(({ filename }) => ({ id: filename, uploadUrl: `${store.url}/${filename}`, downloadUrl: 'x' })),
    });
    const files = [aFile('a'), aFile('b'), aFile('c')];
    const upload = uploadFiles(files, { requestUploadUrls, concurrency: 2, signal: abort.signal });
    await expect(upload).rejects.toThrow('enough');
    expect([...waiting].sort()).toEqual(['/a', '/b']);
  });
});

describe('a chat', () => {
  const files = () => [aFile('a.txt')];

  test('uploads the files of a message, shows them and sends references', async () => {
    await using store = await aStore();
    const transport = scriptedTransport();
    const chat = new OctavusChat({ transport, requestUploadUrls: store.requestUploadUrls });
    void chat.send('go', { FILES: files(), A: 1 }, { userMessage: { content: 'Look', files: files() } });
    expect(chat.status).toBe('idle');
    await vi.waitFor(() => expect(transport.feeds).toHaveLength(1), { timeout: 15_000 });
    expect(transport.last.call).toEqual(['trigger', 'go', { FILES: [reference('a.txt')], A: 1 }]);
    expect(chat.messages[0]?.parts).toMatchObject([{ type: 'file', ...reference('a.txt') }, { text: 'Look' }]);
    expect(store.puts).toHaveLength(1);
    void chat.retry();
    expect(store.puts).toHaveLength(1);
    expect(transport.last.call[2]).toEqual({ FILES: [reference('a.txt')], A: 1 });
  });

  test('files of the input are shown in the message too', async () => {
    await using store = await aStore();
    const transport = scriptedTransport();
    const chat = new OctavusChat({ transport, requestUploadUrls: store.requestUploadUrls });
    void chat.send('go', { FILES: files() }, { userMessage: { content: 'Look' } });
    await vi.waitFor(() => expect(transport.feeds).toHaveLength(1), { timeout: 15_000 });
    expect(chat.messages[0]?.parts).toMatchObject([{ type: 'file' }, { type: 'text' }]);
  });

  test('references and values that are no files are sent as they are', () => {
    const transport = scriptedTransport();
    const chat = new OctavusChat({ transport, requestUploadUrls: vi.fn() });
    for (const FILES of [[reference('a')], [], 'text', [1], undefined]) {
      void chat.send('go', { FILES }, { userMessage: {} });
      expect(transport.last.call[2]).toEqual({ FILES });
    }
    void chat.send('go', { FILES: files() }, { userMessage: { files: [reference('a')] } });
    expect(transport.last.call[2]).toEqual({ FILES: [reference('a')] });
  });

  test('without requestUploadUrls files are refused and nothing changes', async () => {
    const transport = scriptedTransport();
    const chat = new OctavusChat({ transport });
    await expect(chat.send('go', {}, { userMessage: { files: files() } })).rejects.toThrow('requestUploadUrls');
    await expect(chat.send('go', { FILES: files() })).rejects.toThrow('requestUploadUrls');
    await expect(chat.uploadFiles(files())).rejects.toThrow('requestUploadUrls');
    expect(transport.feeds).toEqual([]);
    expect(chat.messages).toEqual([]);
  });

  test('a failed upload rejects the send, is no error of the chat, and sends nothing', async () => {
    await using store = await aStore([403]);
    const onError = vi.fn();
    const transport = scriptedTransport();
    const chat = new OctavusChat({ transport, onError, requestUploadUrls: store.requestUploadUrls });
    await expect(chat.send('go', {}, { userMessage: { files: files() } })).rejects.toThrow('403');
    expect(chat.status).toBe('idle');
    expect(onError).not.toHaveBeenCalled();
    expect(transport.feeds).toEqual([]);
  });

  test('stop while addresses are asked for cancels the send', async () => {
    const transport = scriptedTransport();
    const chat = new OctavusChat({ transport, requestUploadUrls: () => new Promise(() => undefined) });
    const sent = chat.send('go', { FILES: files() });
    chat.stop();
    await sent;
    expect(transport.feeds).toEqual([]);
  });

  test('a second message cancels the upload of the first, and only the second is sent', async () => {
    await using store = await aStore();
    const transport = scriptedTransport();
    const asked: ((answer: Awaited<ReturnType<RequestUploadUrls>>) => void)[] = [];
    const chat = new OctavusChat({ transport, requestUploadUrls: () => new Promise((resolve) => asked.push(resolve)) });
    const first = chat.send('one', { FILES: files() });
    void chat.send('two', { FILES: files() });
    await first;
    for (const answer of asked) answer(await store.requestUploadUrls([{ filename: 'a.txt', mediaType: 'x', size: 7 }]));
    await vi.waitFor(() => expect(transport.feeds).toHaveLength(1), { timeout: 15_000 });
    expect(transport.last.call).toEqual(['trigger', 'two', { FILES: [reference('a.txt')] }]);
    expect(store.puts).toHaveLength(1);
  });

  test('stop during the upload cancels the send', async () => {
    const arrived = Promise.withResolvers<void>();
    await using store = await serve(() => arrived.resolve());
    const transport = scriptedTransport();
    const onStop = vi.fn();
    const chat = new OctavusChat({
      transport,
      onStop,
      requestUploadUrls: async () => ({ files: [{ id: 'x', uploadUrl: store.url, downloadUrl: 'x' }] }),
    });
    const sent = chat.send('go', {}, { userMessage: { files: files() } });
    await arrived.promise;
    chat.stop();
    await sent;
    expect(transport.feeds).toEqual([]);
    expect(chat.messages).toEqual([]);
    expect(onStop).not.toHaveBeenCalled();
  });
});
