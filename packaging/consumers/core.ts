import { type ChatMessage, OctavusError, type StreamEvent, safeParseStreamEvent, uiMessageSchema } from '@octavus/core';

const parsed = safeParseStreamEvent({ type: 'finish', finishReason: 'stop', later: true });
const event: StreamEvent | undefined = parsed.data;
if (event?.type !== 'finish' || event.finishReason !== 'stop') throw new Error('not the event');

const error: Error = new OctavusError({ errorType: 'tool_error', message: 'No', source: 'tool' });
if (!OctavusError.isInstance(error) || error.retryable) throw new Error('not the error');

const message: ChatMessage = { id: 'm', role: 'user', parts: [], content: '', createdAt: '' };
const texts: (string | undefined)[] = message.parts.map((part) => part.content);
const dates: Date[] = uiMessageSchema
  .array()
  .parse([])
  .map(({ createdAt }) => createdAt);
if (texts.length + dates.length > 0) throw new Error('not empty');
