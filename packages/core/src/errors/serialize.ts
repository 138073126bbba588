import type { ErrorIssue, OctavusError } from './octavus-error.ts';

/** `nested` is the default shape; `flat` is what the published SDKs and CLI read (HTTP spec 3.1). */
export type ErrorFormat = 'nested' | 'flat';

export interface NestedErrorBody {
  error: { code: string; message: string; issues?: readonly ErrorIssue[] };
}

export interface FlatErrorBody {
  error: string;
  code: string;
  issues?: readonly ErrorIssue[];
}

export type ErrorBody = NestedErrorBody | FlatErrorBody;

/** The body of an error answer. The message is one non-empty line; an error without a code is an internal one. */
export function serializeError(error: OctavusError, format: 'nested'): NestedErrorBody;
export function serializeError(error: OctavusError, format: 'flat'): FlatErrorBody;
export function serializeError(error: OctavusError, format: ErrorFormat): ErrorBody;
export function serializeError(error: OctavusError, format: ErrorFormat): ErrorBody {
  const code = error.code ?? 'INTERNAL_ERROR';
  const message = toSingleLine(error.message) || code;
  const issues = error.issues && { issues: error.issues };
  return format === 'flat' ? { error: message, code, ...issues } : { error: { code, message, ...issues } };
}

function toSingleLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
