import { describe, expect, test } from 'vitest';
import { errorEventSchema } from '../events/error.ts';
import { type ErrorCode, errorCatalogue } from './catalogue.ts';
import { errorEvent } from './error-event.ts';
import { OctavusError } from './octavus-error.ts';
import { serializeError } from './serialize.ts';
import { errorTypeOfStatus } from './status.ts';
import { type StreamErrorCode, streamErrorCatalogue } from './stream-catalogue.ts';

describe('OctavusError', () => {
  test('takes status, text and retryability from the catalogue', () => {
    const error = new OctavusError('NOT_FOUND', { resource: 'Agent' });
    expect(error).toMatchObject({
      message: 'Agent not found',
      status: 404,
      retryable: false,
      errorType: 'not_found_error',
      source: 'platform',
    });
  });

  test('says the sentences that clients match', () => {
    expect(new OctavusError('SESSION_BUSY').message).toBe(
      'This session is still working on an earlier request. Retry shortly.',
    );
    expect(new OctavusError('UNAUTHORIZED').message).toBe('Missing or invalid API key');
    expect(new OctavusError('INTERNAL_ERROR', { requestId: 'req-1' }).message).toBe(
      'An internal error occurred (request req-1)',
    );
  });

  test('keeps cause, issues and the time to wait, and lets the message be replaced', () => {
    const cause = new Error('inner');
    const issues = [{ path: 'input', message: 'Required' }];
    const error = new OctavusError('VALIDATION_ERROR', {}, { cause, issues, message: 'Bad input' });
    expect(error).toMatchObject({ cause, issues, message: 'Bad input' });
    expect(error.stack).toContain('Caused by: Error: inner');
    expect(new OctavusError('SESSION_BUSY', { retryAfterSeconds: 2 }).retryAfterSeconds).toBe(2);
    expect(new OctavusError('SESSION_BUSY', {}, { retryAfterSeconds: 3 }).retryAfter).toBe(3);
  });

  test('carries a failure from elsewhere in full', () => {
    const error = new OctavusError({ errorType: 'tool_error', message: 'No', source: 'tool', tool: { name: 't' } });
    expect(error).toMatchObject({ status: 500, retryable: false, tool: { name: 't' } });
    expect(error.toJSON()).toMatchObject({ name: 'OctavusError', message: 'No', errorType: 'tool_error' });
  });

  test('is recognised by its marker across copies of the package', () => {
    expect(OctavusError.isInstance(new OctavusError('CONFLICT'))).toBe(true);
    expect(OctavusError.isInstance({ __octavusErrorMarker: 'octavus.error' })).toBe(true);
    expect([null, undefined, 'x', {}, new Error('x')].some(OctavusError.isInstance)).toBe(false);
  });

  test.each(Object.keys(errorCatalogue) as ErrorCode[])('%s reads well without details', (code) => {
    const { message } = new OctavusError(code);
    expect(message).toMatch(/^[A-Z][^{}|\n]+$/);
  });

  test('hostile details fall back', () => {
    expect(new OctavusError('NOT_FOUND', { resource: { toString: null } }).message).toBe('Resource not found');
    expect(new OctavusError('NOT_FOUND', { resource: '$&{x|y}' }).message).toBe('$&{x|y} not found');
  });
});

describe('serializeError', () => {
  const issues = [{ path: 'input.USER_MESSAGE', message: 'Required' }];
  const error = new OctavusError('VALIDATION_ERROR', {}, { message: 'Invalid trigger\n input', issues });

  test('nested and flat bodies carry the same one-line message', () => {
    expect(serializeError(error, 'nested')).toEqual({
      error: { code: 'VALIDATION_ERROR', message: 'Invalid trigger input', issues },
    });
    expect(serializeError(error, 'flat')).toEqual({ error: 'Invalid trigger input', code: 'VALIDATION_ERROR', issues });
  });

  test('issues are absent when there are none, and a message is never empty', () => {
    expect(serializeError(new OctavusError('CONFLICT', {}, { message: ' ' }), 'flat')).toEqual({
      error: 'CONFLICT',
      code: 'CONFLICT',
    });
  });
});

describe('errorEvent', () => {
  test.each(Object.keys(streamErrorCatalogue) as StreamErrorCode[])('%s makes a valid event', (code) => {
    const event = errorEvent({ code });
    expect(errorEventSchema.parse(event)).toEqual(event);
    expect(event).toMatchObject({ type: 'error', code });
    expect(event.message).not.toMatch(/[{}|]/);
  });

  test('a described error keeps what it is given and has no key for what it is not', () => {
    const event = errorEvent({
      code: 'ANTHROPIC_529',
      errorType: 'provider_overloaded',
      message: 'Overloaded',
      retryable: true,
      source: 'provider',
      retryAfter: 20,
      provider: { name: 'anthropic', statusCode: 529 },
    });
    expect(event).toEqual({
      type: 'error',
      code: 'ANTHROPIC_529',
      errorType: 'provider_overloaded',
      message: 'Overloaded',
      retryable: true,
      source: 'provider',
      retryAfter: 20,
      provider: { name: 'anthropic', statusCode: 529 },
    });
    expect(Object.keys(errorEvent({ code: 'INTERNAL_ERROR' }))).not.toContain('provider');
  });

  test('details and replacements apply to a coded error', () => {
    expect(errorEvent({ code: 'BLOCK_FAILED', details: { block: 'Draft' } }).message).toBe('The block "Draft" failed');
    expect(errorEvent({ code: 'CONTEXT_OVERFLOW', source: 'platform', message: 'Too long' })).toMatchObject({
      source: 'platform',
      message: 'Too long',
    });
  });
});

test('HTTP statuses have the error types that clients see', () => {
  const types = [400, 401, 402, 403, 404, 409, 429, 500, 503, 504].map(errorTypeOfStatus);
  expect(types).toEqual([
    'validation_error',
    'authentication_error',
    'quota_exceeded_error',
    'permission_error',
    'not_found_error',
    'unknown_error',
    'rate_limit_error',
    'internal_error',
    'provider_overloaded',
    'provider_timeout',
  ]);
});
