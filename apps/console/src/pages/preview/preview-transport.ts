import type { SessionExecution, StreamEvent } from '@octavus/core';
import { type ChatStreamItem, createHttpTransport, type HttpRequest, type Transport } from '@octavus/react';
import { send } from '../../api/client.ts';
import { noticeStatus } from '../../api/queries.ts';

/** What a preview talks to: a session, or a worker agent whose runs stand each for themselves. */
export type PreviewTarget =
  | { readonly sessionId: string; readonly waiting: SessionExecution | undefined }
  | { readonly workerId: string };

interface PreviewTransportOptions {
  readonly projectId: string;
  readonly target: PreviewTarget;
  /** Told of each event as the server sent it. */
  readonly onEvent: (event: StreamEvent) => void;
  /** Told which tools are called before the chat asks who answers them. */
  readonly onToolCalls: (toolNames: readonly string[]) => void;
}

/**
 * Reaches an agent through the console's API. There is no server of one's own in between: calls of tools that such a server would
 * answer go to the person who looks at the preview, as calls for a browser do. `observe` shows the calls that a session waits for.
 */
export function createPreviewTransport(options: PreviewTransportOptions): Transport {
  const { projectId, target } = options;
  const http = createHttpTransport({
    request: (request: HttpRequest, { signal } = {}) =>
      'sessionId' in target
        ? post('POST /console/api/projects/:projectId/sessions/:sessionId/trigger', {
            params: { projectId, sessionId: target.sessionId },
            body: withoutType(request),
            signal,
          })
        : post('POST /console/api/projects/:projectId/agents/:agentId/execute', {
            params: { projectId, agentId: target.workerId },
            body: toWorkerRequest(request),
            signal,
          }),
  });
  return {
    trigger: (...parameters) => forPerson(http.trigger(...parameters), options),
    continueWithToolResults: (...parameters) => forPerson(http.continueWithToolResults(...parameters), options),
    observe: () => forPerson(pauseOf(target), options),
    stop: () => http.stop(),
  };
}

type StreamRoute =
  | 'POST /console/api/projects/:projectId/sessions/:sessionId/trigger'
  | 'POST /console/api/projects/:projectId/agents/:agentId/execute';

interface StreamRequest {
  readonly params: Record<string, string>;
  readonly body: unknown;
  readonly signal: AbortSignal | undefined;
}

/** The bodies are those of the chat's own contract, which the server checks. */
async function post(route: StreamRoute, { params, body, signal }: StreamRequest): Promise<Response> {
  const response = await send(route, { params, body, ...(signal && { signal }) } as never);
  noticeStatus(response.status);
  return response;
}

function withoutType({ type: _, ...body }: HttpRequest): unknown {
  return body;
}

function toWorkerRequest(request: HttpRequest): unknown {
  return request.type === 'trigger' ? { type: 'start', input: request.input ?? {} } : request;
}

/** The pause that a session is in, as its stream ended. */
async function* pauseOf(target: PreviewTarget): AsyncGenerator<ChatStreamItem> {
  const waiting = 'sessionId' in target ? target.waiting : undefined;
  if (!waiting) return;
  yield { type: 'start', executionId: waiting.executionId };
  yield { type: 'tool-request', toolCalls: waiting.toolCalls ?? [] };
  yield { type: 'finish', finishReason: 'tool-calls' };
}

/** Turns a pause for a server's tools into one for a browser's (stream-events.md 3.3). */
async function* forPerson(
  items: AsyncIterable<ChatStreamItem>,
  { onEvent, onToolCalls }: Pick<PreviewTransportOptions, 'onEvent' | 'onToolCalls'>,
): AsyncGenerator<ChatStreamItem> {
  let executionId = '';
  for await (const item of untilBroken(items)) {
    const event = item as StreamEvent;
    onEvent(event);
    if (event.type === 'start' && event.executionId !== undefined) executionId = event.executionId;
    if (event.type === 'tool-request') {
      onToolCalls(event.toolCalls.map(({ toolName }) => toolName));
      yield { type: 'client-tool-request', executionId, toolCalls: event.toolCalls };
    } else if (event.type === 'finish' && event.finishReason === 'tool-calls')
      yield { ...event, finishReason: 'client-tool-calls' };
    else yield item;
  }
}

/** A browser says of a stream that ended too early only that there was an error. */
async function* untilBroken<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  try {
    yield* items;
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new Error('The connection to the server broke off in the middle. See that it runs, then try again.', {
      cause,
    });
  }
}
