const abortNames = new Set(['AbortError', 'ResponseAborted', 'TimeoutError']);

/** Whether something was given up on purpose: an aborted `fetch`, a signal's own reason, an answer whose reader left. */
export function isAbortError(error: unknown): error is Error {
  return (error instanceof Error || isDomException(error)) && abortNames.has(error.name);
}

/** Not every place has the class (React Native has not), and not everywhere is it an `Error`. */
function isDomException(error: unknown): error is DOMException {
  return typeof DOMException !== 'undefined' && error instanceof DOMException;
}

const transientSigns = [
  'terminated',
  'fetch failed',
  'socket hang up',
  'other side closed',
  'connection closed',
  'econnreset',
  'econnrefused',
  'epipe',
  'etimedout',
  'enotfound',
  'eai_again',
  'und_err_socket',
  'und_err_connect_timeout',
  'und_err_headers_timeout',
  'und_err_body_timeout',
];
const maxCauses = 5;

/** Whether a connection failed in a way that a new one may not: refused, reset, timed out, name not resolved. */
export function isTransientTransportError(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < maxCauses && typeof current === 'object' && current !== null; depth += 1) {
    const { message, code, cause } = current as { message?: unknown; code?: unknown; cause?: unknown };
    const text = `${message ?? ''} ${code ?? ''}`.toLowerCase();
    if (transientSigns.some((sign) => text.includes(sign))) return true;
    current = cause;
  }
  return false;
}
