import { describe, expect, test, vi } from 'vitest';
import { errorEventSchema } from '../events/error.ts';
import { AppError, ConflictError, ForbiddenError, NotFoundError, ValidationError } from './app-error.ts';
import {
  createApiErrorEvent,
  createErrorEvent,
  createInternalErrorEvent,
  errorToStreamEvent,
} from './create-error-event.ts';
import {
  isAuthenticationError,
  isProviderError,
  isQuotaExceededError,
  isRateLimitError,
  isRetryableError,
  isToolError,
  isValidationError,
} from './error-kinds.ts';
import { OctavusError, type OctavusErrorOptions } from './octavus-error.ts';
import { isAbortError, isTransientTransportError } from './transport-error.ts';

describe('application errors', () => {
  test.each([
    [new NotFoundError('Order', 'A-17'), 'NotFoundError', 'Order not found: A-17', 'NOT_FOUND', 404],
    [new ValidationError('Bad'), 'ValidationError', 'Bad', 'VALIDATION_ERROR', 400],
    [new ConflictError('Agent', 'desk'), 'ConflictError', 'Agent already exists: desk', 'CONFLICT', 409],
    [new ForbiddenError(), 'ForbiddenError', 'Access denied', 'FORBIDDEN', 403],
    [new AppError('Odd', 'ODD'), 'AppError', 'Odd', 'ODD', 500],
  ])('%s carries its code and status', (error, name, message, code, statusCode) => {
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ name, message, code, statusCode });
  });

  test('issues and the cause are kept', () => {
    expect(new ValidationError('Bad', [1, 2]).issues).toEqual([1, 2]);
    const cause = new Error('root');
    expect(new AppError('Odd', 'ODD', 502, { cause }).cause).toBe(cause);
  });
});

describe('kinds of error', () => {
  const error = (fields: Partial<OctavusErrorOptions>) =>
    new OctavusError({ errorType: 'unknown_error', message: 'x', source: 'platform', ...fields });

  test('a used-up budget is no rate limit', () => {
    const quota = error({ errorType: 'quota_exceeded_error' });
    expect([isRateLimitError(quota), isQuotaExceededError(quota)]).toEqual([false, true]);
    expect(isRateLimitError(error({ errorType: 'rate_limit_error' }))).toBe(true);
  });

  test('the other guards look at type and source', () => {
    expect(isAuthenticationError(error({ errorType: 'permission_error' }))).toBe(true);
    expect(isAuthenticationError(error({ errorType: 'authentication_error' }))).toBe(true);
    expect(isProviderError(error({ source: 'provider' }))).toBe(true);
    expect(isToolError(error({ source: 'tool' }))).toBe(true);
    expect(isToolError(error({ errorType: 'tool_error' }))).toBe(true);
    expect(isValidationError(error({ errorType: 'validation_error' }))).toBe(true);
    expect(isRetryableError(error({ retryable: true }))).toBe(true);
  });

  test('nothing else is any of them', () => {
    const guards = [
      isRateLimitError,
      isQuotaExceededError,
      isAuthenticationError,
      isProviderError,
      isToolError,
      isValidationError,
      isRetryableError,
    ];
    for (const value of [error({}), new Error('x'), { errorType: 'rate_limit_error', retryable: true }, null, 'x']) {
      expect(guards.map((guard) => guard(value))).toEqual(guards.map(() => false));
    }
  });
});

describe('error events', () => {
  test('absent fields are present as undefined, retryable is false', () => {
    const event = createErrorEvent({ errorType: 'tool_error', message: 'No', source: 'tool' });
    expect(event).toStrictEqual({
      type: 'error',
      errorType: 'tool_error',
      message: 'No',
      source: 'tool',
      retryable: false,
      retryAfter: undefined,
      code: undefined,
      provider: undefined,
      tool: undefined,
    });
    expect(errorEventSchema.safeParse(event).success).toBe(true);
  });

  test('an error says the same as its event', () => {
    const fields = {
      errorType: 'provider_overloaded',
      message: 'Busy',
      source: 'provider',
      retryable: true,
      retryAfter: 3,
      code: 'BUSY',
      provider: { name: 'anthropic' },
      tool: { name: 't' },
    } as const;
    expect(errorToStreamEvent(new OctavusError(fields))).toStrictEqual({ type: 'error', ...fields });
  });

  test.each([
    [400, 'validation_error', false],
    [401, 'authentication_error', false],
    [402, 'quota_exceeded_error', false],
    [403, 'permission_error', false],
    [404, 'not_found_error', false],
    [409, 'unknown_error', false],
    [429, 'rate_limit_error', true],
    [500, 'internal_error', true],
    [503, 'provider_overloaded', true],
    [504, 'provider_timeout', true],
    [599, 'internal_error', true],
  ])('HTTP %i becomes %s, retryable %s', (status, errorType, retryable) => {
    expect(createApiErrorEvent(status, 'm')).toMatchObject({ errorType, retryable, source: 'platform', message: 'm' });
  });

  test('code and waiting time of an answer are passed on', () => {
    expect(createApiErrorEvent(429, 'm', { code: 'SESSION_BUSY', retryAfter: 2 })).toMatchObject({
      code: 'SESSION_BUSY',
      retryAfter: 2,
    });
    expect(createInternalErrorEvent('m')).toMatchObject({ errorType: 'internal_error', retryable: false });
  });
});

describe('failures of the transport', () => {
  test('an abort is told where there is no DOMException, too', () => {
    vi.stubGlobal('DOMException', undefined);
    expect([{ name: 'AbortError' }, Object.assign(new Error('x'), { name: 'AbortError' })].map(isAbortError)).toEqual([
      false,
      true,
    ]);
    vi.unstubAllGlobals();
  });

  test('an abort is told by the name of an error', () => {
    expect(isAbortError(new DOMException('x', 'AbortError'))).toBe(true);
    expect(isAbortError(new DOMException('x', 'TimeoutError'))).toBe(true);
    expect(isAbortError(Object.assign(new Error('x'), { name: 'ResponseAborted' }))).toBe(true);
    expect([new Error('AbortError'), { name: 'AbortError' }, null, 'AbortError'].map(isAbortError)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test('a transient failure may be five causes deep, and no deeper', () => {
    const wrap = (depth: number): unknown =>
      depth === 0 ? { code: 'ECONNRESET' } : new Error('outer', { cause: wrap(depth - 1) });
    expect(isTransientTransportError(wrap(4))).toBe(true);
    expect(isTransientTransportError(wrap(5))).toBe(false);
  });

  test('the real error of a refused connection is transient, that of a malformed address is not', async () => {
    const failure = (url: string) =>
      fetch(url).then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(isTransientTransportError(await failure('http://127.0.0.1:1/'))).toBe(true);
    expect(isTransientTransportError(await failure('http://[oops'))).toBe(false);
    expect([undefined, null, 'terminated', new Error('no')].map(isTransientTransportError)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test('an error that is its own cause ends the search', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(isTransientTransportError(error)).toBe(false);
  });
});
