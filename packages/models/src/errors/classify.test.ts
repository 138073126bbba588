import { afterEach, describe, expect, test, vi } from 'vitest';
import { classify } from './classify.ts';

const identity = { provider: 'x-ai', model: 'grok-4.3', secret: 'secret-key-of-the-call' };
const failureOf = (error: unknown) => {
  const failure = classify(error, identity);
  if (!failure) throw new Error('taken for a fault of ours');
  return failure;
};
const httpError = (statusCode: number, responseBody: string, responseHeaders: object = {}) =>
  failureOf({ statusCode, responseBody, responseHeaders });

afterEach(() => void vi.useRealTimers());

describe('classify', () => {
  test('[rt.errors.fields] retry-after in seconds is rounded up, as a date it is counted from now', () => {
    expect(httpError(429, '{}', { 'retry-after': '1.2' }).retryAfter).toBe(2);
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-01T10:00:00.600Z') });
    const inAMinute = 'Sun, 01 Mar 2026 10:01:00 GMT';
    expect(httpError(429, '{}', { 'Retry-After': inAMinute }).retryAfter).toBe(60);
    expect(httpError(429, '{}', { 'retry-after': new Date(0).toUTCString() }).retryAfter).toBe(0);
    expect(httpError(429, '{}', { 'retry-after': 'soon' }).retryAfter).toBeUndefined();
    expect(httpError(429, '{}').retryAfter).toBeUndefined();
  });

  test('[rt.errors.fields] the request id is read from headers, else from the body', () => {
    expect(httpError(500, '{}', { 'x-request-id': 'h' }).provider.requestId).toBe('h');
    expect(httpError(500, '{"request_id":"b"}').provider.requestId).toBe('b');
  });

  test('[rt.errors.fields] a message is at most 500 characters and holds no key', () => {
    const long = httpError(400, JSON.stringify({ error: { message: 'x'.repeat(2_000) } }));
    expect(long.message).toHaveLength(500);
    const leaky = httpError(
      401,
      JSON.stringify({
        error: { message: 'Bad keys: sk-ant-api03-abcdef, AIzaSyA1234567890, Bearer abc.def, secret-key-of-the-call' },
      }),
    );
    expect(leaky.message).toBe('Bad keys: [removed], [removed], [removed], [removed]');
  });

  test('[rt.errors.fields] the body is told in details when it says more than the message, at most 2 KiB of it and without keys', () => {
    expect(httpError(400, '{"error":{"message":"no","type":"bad","code":null}}').provider.details).toBeUndefined();
    const telling = httpError(400, '{"error":{"message":"no","param":"tools.0.schema"}}');
    expect(telling.provider.details).toContain('tools.0.schema');
    const huge = httpError(
      400,
      JSON.stringify({ error: { message: 'no' }, echo: `sk-live-12345678 ${'é'.repeat(5_000)}` }),
    );
    expect(Buffer.byteLength(huge.provider.details ?? '')).toBeLessThanOrEqual(2_048);
    expect(huge.provider.details).not.toMatch(/sk-live|�/);
  });

  test('bodies of other shapes give their message', () => {
    expect(httpError(400, '{"detail":"no such field"}').message).toBe('no such field');
    expect(httpError(400, '{"message":"plain"}').message).toBe('plain');
    expect(httpError(400, '{"code":"x","error":"as xAI says it"}').message).toBe('as xAI says it');
    expect(httpError(400, '[{"error":{"code":400,"message":"in a list"}}]').message).toBe('in a list');
    expect(httpError(502, 'upstream is gone').message).toBe('upstream is gone');
    expect(httpError(502, '<html><title>502 Bad Gateway</title></html>').message).toBe('502 Bad Gateway');
    expect(httpError(500, '').message).toBe('x-ai answered with HTTP status 500.');
  });

  test('[rt.errors.network] network errors of any depth are network failures, with the innermost words', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    expect(classify(new TypeError('fetch failed', { cause }), identity)).toMatchObject({
      errorType: 'provider_error',
      code: 'X_AI_NETWORK',
      retryable: true,
      message: 'Connection to x-ai failed: connect ECONNREFUSED 127.0.0.1:1',
    });
    expect(failureOf(Object.assign(new Error(''), { code: 'ENOTFOUND' })).message).toContain('ENOTFOUND');
  });

  test('a request that the library refuses is the caller’s to change', () => {
    const refused = Object.assign(new Error("'video/mp4' is not supported"), {
      name: 'AI_UnsupportedFunctionalityError',
    });
    expect(classify(refused, identity)).toMatchObject({
      errorType: 'validation_error',
      code: 'UNSUPPORTED_INPUT',
      source: 'platform',
    });
  });

  test('[rt.errors.overloaded] an error event without a number is told by its kind', () => {
    expect(failureOf({ type: 'overloaded_error', message: 'busy' }).errorType).toBe('provider_overloaded');
    expect(failureOf({ code: 'context_length_exceeded', message: 'long' }).code).toBe('CONTEXT_OVERFLOW');
    expect(failureOf({ code: 'rate_limit_exceeded', message: 'slow' }).errorType).toBe('rate_limit_error');
    expect(failureOf({ type: 'strange', message: 'odd' }).errorType).toBe('provider_error');
  });

  test.each([undefined, null, 42, 'text', [], {}, Object.create(null)])(
    'an error event of no known shape (%o) is a failure of the provider',
    (event) => expect(failureOf(event)).toMatchObject({ errorType: 'provider_error', source: 'provider' }),
  );

  test.each([
    new TypeError("Cannot read properties of undefined (reading 'total')"),
    new Error('a bug of ours'),
    Object.assign(new Error('no such module'), { code: 'ERR_MODULE_NOT_FOUND' }),
    Object.assign(new Error('not serializable'), { name: 'AI_SerializationError' }),
  ])('[rt.errors.internal] an error that is no failure of the provider is none here: %s', (fault) => {
    expect(classify(fault, identity)).toBeUndefined();
  });

  test('what the libraries say of a film that they could not get is a failure of the provider', () => {
    const lost = Object.assign(new Error('No request_id returned'), { name: 'XAI_VIDEO_GENERATION_ERROR' });
    expect(failureOf(lost).errorType).toBe('provider_error');
    const gone = { name: 'AI_DownloadError', statusCode: 404 };
    expect(failureOf(Object.assign(new Error('Failed to download'), gone)).errorType).toBe('not_found_error');
  });

  test('[rt.errors.images] a refusal of images tells of their size or their number, and of the limit where it is named', () => {
    const images = (message: string) => httpError(400, JSON.stringify({ error: { message } })).images;
    expect(
      images(
        'messages.0.content.1.image.source.base64.data: At least one of the image dimensions exceed max allowed size: 8000 pixels',
      ),
    ).toEqual({ constraint: 'dimensions', limit: 8_000 });
    expect(images('image exceeds 5 MB maximum: 6291456 bytes > 5242880 bytes')).toEqual({ constraint: 'dimensions' });
    expect(images('Too many images in request. The maximum number of images is 20.')).toEqual({
      constraint: 'count',
      limit: 20,
    });
    expect(images('max_tokens is too large')).toBeUndefined();
  });

  test('[rt.errors.images] [rt.errors.unsupported] an image or a feature that is refused is unsupported input, a wrong parameter is not', () => {
    const refusal = (message: string) => httpError(400, JSON.stringify({ error: { message } })).code;
    expect(refusal('At least one of the image dimensions exceed max allowed size')).toBe('UNSUPPORTED_INPUT');
    expect(refusal("Unsupported parameter: 'temperature' is not supported with this model.")).toBe('UNSUPPORTED_INPUT');
    expect(refusal('max_tokens: 300000 > 64000, which is the maximum allowed number of output tokens')).toBe(
      'X_AI_400',
    );
    expect(refusal('input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000')).toBe(
      'CONTEXT_OVERFLOW',
    );
  });
});
