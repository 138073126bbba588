import { ClosedEarlyError } from '../stream/stream-call.ts';
import type { ErrorFacts } from './read-error.ts';

/** Deepest cause that is looked at. */
const maxDepth = 5;

/** What the libraries call an answer, or a film of it, that they could not get or read. */
const libraryErrors =
  /^AI_(?:APICall|JSONParse|TypeValidation|InvalidResponseData|EmptyResponseBody|Download)Error$|^[A-Z]+_VIDEO_GENERATION_ERROR$/;
const systemCodes = /^(?:E[A-Z]{3,}|UND_ERR_|ERR_(?:TLS|SSL|STREAM|HTTP)|HPE_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;

/** Sockets, DNS, TLS, a cut answer, and answers that are no answer: unreadable JSON where the stream should be. */
export function isBrokenConnection(error: unknown, facts: ErrorFacts): boolean {
  return error instanceof ClosedEarlyError || facts.status !== undefined || causes(error).some(isNetworkError);
}

function isNetworkError(error: Error): boolean {
  return (
    libraryErrors.test(error.name) ||
    systemCodes.test(codeOf(error)) ||
    (error instanceof TypeError && /fetch failed|terminated/i.test(error.message)) ||
    // What the Anthropic library throws in place of a first event that it could not read.
    error.message === 'Expected a normalized Anthropic stream error'
  );
}

/** The innermost cause says most: `connect ECONNREFUSED`, not `fetch failed`. */
export function networkReason(error: unknown): string {
  const chain = causes(error);
  if (
    chain.some(({ name, message }) => /^AI_(?:JSONParse|TypeValidation)Error$/.test(name) || /normalized/.test(message))
  ) {
    return 'the answer could not be read';
  }
  if (chain.some(({ message }) => /without a finish reason/.test(message))) return new ClosedEarlyError().message;
  return chain.map(nameCode).findLast((reason) => reason !== '') ?? 'unknown reason';
}

function nameCode(error: Error): string {
  const code = codeOf(error);
  return (error.message.includes(code) ? error.message : `${code} ${error.message}`).trim();
}

function codeOf(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let cause = error; cause instanceof Error && chain.length < maxDepth; cause = cause.cause) chain.push(cause);
  return chain;
}
