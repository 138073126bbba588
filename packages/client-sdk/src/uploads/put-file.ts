import type { UploadSettings } from './upload-settings.ts';

export interface PutOptions extends UploadSettings {
  readonly file: Blob;
  readonly url: string;
  /** For messages. */
  readonly name: string;
  readonly mediaType: string;
  readonly signal: AbortSignal;
  readonly onProgress: (percent: number) => void;
}

/** How an attempt ended. */
type Outcome = { readonly status: number } | { readonly failure: 'network' | 'timeout' | 'aborted' };

/** Puts one file to its address, again after failures that may pass. */
export async function putFile(options: PutOptions): Promise<void> {
  const { maxRetries = 2, retryDelayMs = 1000, signal, onProgress } = options;
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await attemptPut(options);
    if (signal.aborted) throw signal.reason;
    if (isSuccess(outcome)) return onProgress(100);
    if (attempt >= maxRetries || !mayPass(outcome)) throw new Error(describe(options, outcome));
    await pause(retryDelayMs, signal);
    onProgress(0);
  }
}

async function attemptPut({ timeoutMs = 60_000, signal, ...options }: PutOptions): Promise<Outcome> {
  if (signal.aborted) return { failure: 'aborted' };
  const attempt = new AbortController();
  let failure: 'network' | 'timeout' | 'aborted' = 'network';
  const end = (why: typeof failure) => {
    failure = why;
    attempt.abort();
  };
  const abort = () => end('aborted');
  const timer = timeoutMs > 0 ? setTimeout(() => end('timeout'), timeoutMs) : undefined;
  signal.addEventListener('abort', abort);
  try {
    const put = typeof XMLHttpRequest === 'undefined' ? putByFetch : putByXhr;
    return { status: await put(options, attempt.signal) };
  } catch {
    return { failure };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

type Upload = Pick<PutOptions, 'file' | 'url' | 'mediaType' | 'onProgress'>;

/** Tells the progress, which `fetch` cannot. */
function putByXhr({ file, url, mediaType, onProgress }: Upload, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let told = 0;
    signal.addEventListener('abort', () => request.abort());
    request.upload.onprogress = ({ lengthComputable, loaded, total }) => {
      // 100 is told once the server has answered.
      if (!lengthComputable || loaded >= total) return;
      const percent = Math.round((loaded / total) * 100);
      // A browser that repeats the request on a connection of its own begins to count anew.
      if (percent <= told) return;
      told = percent;
      onProgress(percent);
    };
    request.onload = () => resolve(request.status);
    request.onerror = request.onabort = () => reject(new Error('The connection broke'));
    request.open('PUT', url);
    request.setRequestHeader('Content-Type', mediaType);
    request.send(file);
  });
}

async function putByFetch({ file, url, mediaType }: Upload, signal: AbortSignal): Promise<number> {
  const response = await fetch(url, { method: 'PUT', headers: { 'Content-Type': mediaType }, body: file, signal });
  await response.body?.cancel();
  return response.status;
}

function isSuccess(outcome: Outcome): boolean {
  return 'status' in outcome && outcome.status >= 200 && outcome.status < 300;
}

function mayPass(outcome: Outcome): boolean {
  return 'failure' in outcome || outcome.status === 429 || outcome.status >= 500;
}

function describe({ name, timeoutMs = 60_000 }: PutOptions, outcome: Outcome): string {
  if ('status' in outcome) return `Upload of ${name} failed with status ${outcome.status}`;
  return outcome.failure === 'timeout'
    ? `Upload of ${name} took longer than ${timeoutMs} ms`
    : `Upload of ${name} failed: the connection broke`;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal.addEventListener('abort', abort);
  });
}
