import type { StreamEvent } from '@octavus/core';
import { type ChatStreamItem, createHttpTransport, type HttpRequest, type Transport } from '@octavus/react';
import { send } from '../../api/client.ts';

interface PreviewTransportOptions {
  readonly projectId: string;
  readonly sessionId: string;
  /** Told of each event as the server sent it. */
  readonly onEvent: (event: StreamEvent) => void;
}

/**
 * Reaches a session through the console's API. There is no server of one's own in between: calls of tools that such a server would answer
 * go to the person who looks at the preview, as calls for a browser do.
 */
export function createPreviewTransport({ projectId, sessionId, onEvent }: PreviewTransportOptions): Transport {
  const http = createHttpTransport({
    request: ({ type: _, ...body }: HttpRequest, { signal } = {}) =>
      send('POST /console/api/projects/:projectId/sessions/:sessionId/trigger', {
        params: { projectId, sessionId },
        body,
        ...(signal && { signal }),
      } as never),
  });
  return {
    trigger: (...parameters) => forPerson(http.trigger(...parameters), onEvent),
    continueWithToolResults: (...parameters) => forPerson(http.continueWithToolResults(...parameters), onEvent),
    stop: () => http.stop(),
  };
}

/** Turns a pause for a server's tools into one for a browser's (stream-events.md 3.3). */
async function* forPerson(
  items: AsyncIterable<ChatStreamItem>,
  onEvent: (event: StreamEvent) => void,
): AsyncGenerator<ChatStreamItem> {
  let executionId = '';
  for await (const item of items) {
    const event = item as StreamEvent;
    onEvent(event);
    if (event.type === 'start' && event.executionId !== undefined) executionId = event.executionId;
    if (event.type === 'tool-request') yield { type: 'client-tool-request', executionId, toolCalls: event.toolCalls };
    else if (event.type === 'finish' && event.finishReason === 'tool-calls')
      yield { ...event, finishReason: 'client-tool-calls' };
    else yield item;
  }
}
