import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createModels } from '../src/index.ts';
import { apiKey, dialects } from './dialects.ts';
import { failing, openProviderServer, type ProviderServer, streaming } from './provider-server.ts';
import { aRequest, collect, failureOf } from './requests.ts';

describe.each(Object.entries(dialects))('errors of %s', (_name, dialect) => {
  let server: ProviderServer;
  beforeEach(async () => {
    server = await openProviderServer(failing(500, '{}'));
  });
  afterEach(async () => {
    vi.useRealTimers();
    await server[Symbol.asyncDispose]();
  });

  /** What comes of a call that the server answers as it is told. */
  const run = async (key?: string) => {
    const resolved = createModels(dialect.config(server.url, key)).resolve(dialect.model);
    if (!('model' in resolved)) throw new Error(resolved.failure.message);
    return failureOf(await collect(resolved.model.stream(aRequest(), new AbortController().signal)));
  };
  const refusal = (status: number, body: string, headers?: { readonly [name: string]: string }) => {
    server.answer = failing(status, body, headers);
    return run();
  };

  test.each(statusCases)(
    '$clause $status $type is $errorType',
    async ({ status, type, code, errorType, retryable }) => {
      const failure = await refusal(status, dialect.errorBody({ status, message: 'That did not work.', type, code }), {
        'retry-after': '7',
        ...(dialect.requestIdHeader && { [dialect.requestIdHeader]: 'req_123' }),
      });
      expect(failure).toMatchObject({ errorType, retryable, source: 'provider', retryAfter: 7 });
      expect(failure.message).toContain('That did not work.');
      expect(failure.code).toBe(`${dialect.code}_${status}`);
      expect(failure.provider).toMatchObject({ statusCode: status, model: expect.any(String) });
      if (dialect.requestIdHeader) expect(failure.provider.requestId).toBe('req_123');
    },
  );

  test.each(contentCases)('$clause 400 with "$message" is $code', async ({ message, code }) => {
    const body = dialect.errorBody({ status: 400, message, type: 'invalid_request_error' });
    expect(await refusal(400, body)).toMatchObject({ errorType: 'validation_error', code, retryable: false });
  });

  test.each(bodies)('[rt.errors.fields] the status counts, whatever the body is: %s', async (_shape, body, message) => {
    for (const [status, errorType] of plainStatuses) {
      const failure = await refusal(status, body, { 'retry-after': '3' });
      expect([status, failure.errorType]).toEqual([status, errorType]);
      expect(failure).toMatchObject({ code: `${dialect.code}_${status}`, retryAfter: 3 });
      expect(failure.message).toMatch(message);
    }
  });

  test('[rt.errors.fields] a time to wait may be a date; one that says nothing is left out', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-01T10:00:00.600Z') });
    const { retryAfter } = await refusal(503, '{}', { 'retry-after': 'Sun, 01 Mar 2026 10:01:00 GMT' });
    expect(retryAfter).toBe(60);
    expect(await refusal(503, '{}', { 'retry-after': 'soon' })).not.toHaveProperty('retryAfter');
  });

  test.each(leaks)('[rt.log.secrets] [rt.errors.fields] a key is removed from $place', async ({ body, headers }) => {
    const message = 'It is said here:';
    const own = (said: string) => dialect.errorBody({ status: 401, message: said, type: 'authentication_error' });
    const failure = await refusal(401, body(own, message), headers ?? {});
    expect(JSON.stringify(failure)).not.toMatch(/0123456789|abc123def456|8f14e45f/);
    expect(failure.message).toContain(message);
    expect(failure.errorType).toBe('authentication_error');
  });

  test.skipIf(dialect.isKeyless)('[rt.log.secrets] a key is removed as it stands in an address, too', async () => {
    const key = 'a/key+0123456789==';
    const message = `No such model: https://models.test/${encodeURIComponent(key)}/v1 (with ${key})`;
    server.answer = failing(404, dialect.errorBody({ status: 404, message, type: 'not_found_error' }));
    expect(JSON.stringify(await run(key))).not.toContain('0123456789');
  });

  test('[rt.log.secrets] a key is removed from an error in mid-stream', async () => {
    const error = {
      type: 'error',
      error: { type: 'api_error', code: 'server_error', message: `Key ${apiKey} is gone.` },
    };
    server.answer = streaming([`event: error\ndata: ${JSON.stringify(error)}\n\n`]);
    expect(JSON.stringify(await run())).not.toContain('0123456789');
  });

  test.skipIf(dialect.isKeyless).each(['bad\nkey-0123456789', 'bad…key-0123456789'])(
    '[rt.log.secrets] a key that no header can hold is told of, and is not told: %j',
    async (key) => {
      const failure = await run(key);
      expect(failure).toMatchObject({ errorType: 'authentication_error', source: 'platform', retryable: false });
      expect(failure.message).toContain('key');
      expect(JSON.stringify(failure)).not.toContain('0123456789');
      expect(server.requests).toEqual([]);
    },
  );
});

/** What stands between us and a provider answers in shapes of its own. */
const bodies: readonly (readonly [string, string, RegExp])[] = [
  ['a text under error', '{"error":"That did not work."}', /^That did not work\.$/],
  ['a detail', '{"detail":"That did not work."}', /^That did not work\.$/],
  ['a detail in an object', '{"detail":{"message":"That did not work."}}', /^That did not work\.$/],
  ['a bare message', '{"message":"That did not work."}', /^That did not work\.$/],
  ['a list', '[{"error":{"message":"That did not work."}}]', /^That did not work\.$/],
  ['plain text', 'That did not work.', /^That did not work\.$/],
  ['a page', '<html><head><title>Bad Gateway</title></head><body><p>nginx</p></body></html>', /^Bad Gateway$/],
  ['a page without a title', '<html><body><p>nginx</p></body></html>', /answered with HTTP status \d{3}\.$/],
  ['nothing', '', /^[A-Z][A-Za-z ]+$/],
  ['null', 'null', /answered with HTTP status \d{3}\.$/],
  ['an object that says nothing', '{"error":{}}', /answered with HTTP status \d{3}\.$/],
  ['JSON that breaks off', '{"error":{"message":"That did', /That did/],
];

const plainStatuses = [
  [400, 'validation_error'],
  [401, 'authentication_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [429, 'rate_limit_error'],
  [500, 'provider_error'],
  [503, 'provider_overloaded'],
  [504, 'provider_timeout'],
] as const;

type Own = (message: string) => string;

interface Leak {
  readonly place: string;
  readonly body: (own: Own, message: string) => string;
  readonly headers?: { readonly [name: string]: string };
}

/** Where keys have been seen in answers: the one of the call, and others that look like one. */
const leaks: readonly Leak[] = [
  {
    place: 'the message',
    body: (own, message) => own(`${message} Incorrect API key provided: ${apiKey}. Or sk-proj-abc123def456?`),
  },
  {
    place: 'an address in the message',
    body: (own, message) => own(`${message} GET https://models.test/v1/x?alt=sse&key=${apiKey}`),
  },
  {
    place: 'an address with the key of another',
    body: (own, message) => own(`${message} https://models.test/v1?key=8f14e45f&a=b`),
  },
  {
    place: 'an address with a password',
    body: (own, message) => own(`${message} https://admin:8f14e45fceea@proxy.test/v1`),
  },
  { place: 'a Google key', body: (own, message) => own(`${message} API key AIzaSyabc123def456 not valid.`) },
  {
    place: 'a header that is repeated',
    body: (own, message) => own(`${message} {"Authorization":"Bearer ${apiKey}"}`),
  },
  {
    place: 'a field beside the message',
    body: (_own, message) => JSON.stringify({ error: { message, request: { headers: { 'x-api-key': apiKey } } } }),
  },
  { place: 'a plain text', body: (_own, message) => `${message} ${apiKey}` },
  { place: 'the title of a page', body: (_own, message) => `<title>${message} ${apiKey}</title>` },
  {
    place: 'the kind of the error',
    body: (_own, message) =>
      JSON.stringify({ error: { message, type: `invalid_api_key ${apiKey}`, code: `key ${apiKey}` } }),
  },
  {
    place: 'the headers',
    body: (own, message) => own(message),
    headers: {
      'request-id': apiKey,
      'x-request-id': apiKey,
      'x-goog-request-id': apiKey,
      'x-generation-id': apiKey,
      'www-authenticate': `Bearer key="${apiKey}"`,
    },
  },
];

const statusCases = [
  {
    clause: '[rt.errors.400] [sse.error.validation]',
    status: 400,
    type: 'invalid_request_error',
    errorType: 'validation_error',
    retryable: false,
  },
  {
    clause: '[rt.errors.401] [sse.error.authentication]',
    status: 401,
    type: 'authentication_error',
    errorType: 'authentication_error',
    retryable: false,
  },
  {
    clause: '[rt.errors.402] [sse.error.quota]',
    status: 402,
    type: 'billing_error',
    errorType: 'quota_exceeded_error',
    retryable: false,
  },
  {
    clause: '[rt.errors.403] [sse.error.permission]',
    status: 403,
    type: 'permission_error',
    errorType: 'permission_error',
    retryable: false,
  },
  {
    clause: '[rt.errors.404] [sse.error.not-found]',
    status: 404,
    type: 'not_found_error',
    errorType: 'not_found_error',
    retryable: false,
  },
  {
    clause: '[rt.errors.408] [sse.error.timeout]',
    status: 408,
    type: 'timeout',
    errorType: 'provider_timeout',
    retryable: true,
  },
  {
    clause: '[rt.errors.413] [sse.error.validation]',
    status: 413,
    type: 'request_too_large',
    errorType: 'validation_error',
    retryable: false,
  },
  {
    clause: '[rt.errors.500] [sse.error.provider]',
    status: 409,
    type: 'conflict_error',
    errorType: 'provider_error',
    retryable: true,
  },
  {
    clause: '[rt.errors.4xx] [sse.error.unknown]',
    status: 418,
    type: 'teapot',
    errorType: 'unknown_error',
    retryable: false,
  },
  {
    clause: '[rt.errors.4xx] [sse.error.unknown]',
    status: 451,
    type: 'legal',
    errorType: 'unknown_error',
    retryable: false,
  },
  {
    clause: '[rt.errors.400] [sse.error.validation]',
    status: 422,
    type: 'invalid_request_error',
    errorType: 'validation_error',
    retryable: false,
  },
  {
    clause: '[rt.errors.429] [sse.error.rate-limit]',
    status: 429,
    type: 'rate_limit_error',
    errorType: 'rate_limit_error',
    retryable: true,
  },
  {
    clause: '[rt.errors.quota] [sse.error.quota]',
    status: 429,
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    errorType: 'quota_exceeded_error',
    retryable: false,
  },
  {
    clause: '[rt.errors.quota] [sse.error.quota]',
    status: 429,
    type: 'billing_hard_limit_reached',
    errorType: 'quota_exceeded_error',
    retryable: false,
  },
  {
    clause: '[rt.errors.quota] [sse.error.quota]',
    status: 429,
    type: 'credit_exhausted',
    errorType: 'quota_exceeded_error',
    retryable: false,
  },
  {
    clause: '[rt.errors.500] [sse.error.provider]',
    status: 500,
    type: 'api_error',
    errorType: 'provider_error',
    retryable: true,
  },
  {
    clause: '[rt.errors.500] [sse.error.provider]',
    status: 502,
    type: 'bad_gateway',
    errorType: 'provider_error',
    retryable: true,
  },
  {
    clause: '[rt.errors.500] [sse.error.provider]',
    status: 520,
    type: 'unknown',
    errorType: 'provider_error',
    retryable: true,
  },
  {
    clause: '[rt.errors.overloaded] [sse.error.overloaded]',
    status: 500,
    type: 'overloaded_error',
    errorType: 'provider_overloaded',
    retryable: true,
  },
  {
    clause: '[rt.errors.503] [sse.error.overloaded]',
    status: 503,
    type: 'unavailable',
    errorType: 'provider_overloaded',
    retryable: true,
  },
  {
    clause: '[rt.errors.408] [sse.error.timeout]',
    status: 504,
    type: 'timeout',
    errorType: 'provider_timeout',
    retryable: true,
  },
  {
    clause: '[rt.errors.503] [sse.error.overloaded]',
    status: 529,
    type: 'overloaded_error',
    errorType: 'provider_overloaded',
    retryable: true,
  },
].map((entry) => ({ code: undefined, ...entry }));

const contentCases = [
  {
    clause: '[rt.errors.context]',
    message: 'prompt is too long: 210000 tokens > 200000 maximum',
    code: 'CONTEXT_OVERFLOW',
  },
  {
    clause: '[rt.errors.context]',
    message: "This model's maximum context length is 8192 tokens.",
    code: 'CONTEXT_OVERFLOW',
  },
  {
    clause: '[rt.errors.context]',
    message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    code: 'CONTEXT_OVERFLOW',
  },
  { clause: '[rt.errors.images]', message: 'messages.0: image exceeds 5 MB maximum', code: 'UNSUPPORTED_INPUT' },
  { clause: '[rt.errors.images]', message: 'Too many images in request', code: 'UNSUPPORTED_INPUT' },
  { clause: '[rt.errors.unsupported]', message: 'tools are not supported with this model', code: 'UNSUPPORTED_INPUT' },
];
