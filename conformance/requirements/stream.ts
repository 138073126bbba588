import { toRequirements } from './table.ts';

export const streamRequirements = toRequirements('Stream events', {
  '1 Framing': {
    'sse.headers': 'A stream has its documented headers and status 200.',
    'sse.frames': 'Each event is one `data: ` line of JSON and an empty line, LF only, no other fields.',
    'sse.done': '`data: [DONE]` is the last thing on a stream that the server ends, after errors too.',
    'sse.heartbeat': 'A comment line is sent whenever 15 s passed without a byte.',
    'sse.flush': 'Headers and events are flushed at once.',
    'sse.stalled': 'A reader that stops costs no memory without bound and does not hold up others.',
    'sse.no-null': 'Optional fields are absent, never null.',
  },
  '2 Identifiers': {
    'sse.ids.execution':
      '`start` and `finish` of every leg carry the execution id; `start` carries message and session id.',
    'sse.ids.last-message': '`lastMessageId` is absent on an empty session and names the last message otherwise.',
  },
  '3 Events': {
    'sse.finish.reasons': '`finishReason` is stop, tool-calls, length or content-filter, as the model ended.',
    'sse.tools.request':
      'Pending calls carry id, name, args and source; block calls also output variable and block index.',
    'sse.resource': 'A resource write sends `resource-update` with its value.',
    'sse.block': 'A block is announced with name, type, display and, on next-message, outputToChat.',
  },
  '4 Grammar': {
    'sse.grammar': 'Every leg keeps to the grammar and its constraints G1 to G6.',
    'sse.grammar.reannounce': 'A continuation announces the block it resumes in again, under the same id.',
  },
  '5 Display modes': {
    'sse.display.blocks': 'Hidden blocks are silent; other modes announce name and description as documented.',
    'sse.display.tools': 'A tool call is announced by its mode; `args` in tool-request are always complete.',
  },
  '6 Errors': {
    'sse.errors.fields': 'An error event names type, message, retryable, source, code and provider.',
    'sse.errors.types': 'Provider answers are classified by status and content.',
    'sse.errors.last': 'Nothing but the end marker follows an error.',
    'sse.errors.kept': 'What was produced before the error is kept, and the session stays usable.',
    'sse.errors.network':
      'A provider that cannot be reached, or breaks off in mid-stream, is a retryable provider error.',
    'sse.errors.unconfigured': 'A provider without a key is `authentication_error` with code PROVIDER_NOT_CONFIGURED.',
  },
  '7 Pause and continuation': {
    'sse.pause': 'A pause is one tool-request with all calls, then finish with tool-calls, then the end of the body.',
    'sse.pause.survives': 'A paused execution survives a restart of the server.',
  },
  '8 Abort, disconnect, shutdown': {
    'sse.disconnect': 'A disconnect cancels the provider call within 1 s, keeps partial content and frees the session.',
    'sse.abort': 'Abort ends open parts and the block, then sends finish with stop.',
    'sse.shutdown': 'A leg that runs when the server is told to stop may finish.',
  },
  '12 Example streams': {
    'sse.example.reply': 'A plain reply is start, block-start, text, block-end, finish.',
    'sse.example.reasoning': 'Reasoning comes before the text, each in its own part.',
    'sse.example.tool': 'A model tool call pauses in the block and goes on in it.',
    'sse.example.block-tool': 'A tool-call block pauses with its output variable and goes on with the next block.',
    'sse.example.object': 'Structured output streams as text with a response type.',
    'sse.example.failure': 'A provider failure in mid-text sends error after the deltas and leaves the text open.',
  },
});
