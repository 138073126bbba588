import { toRequirements } from './table.ts';

/** Rows of stream-events.md that the engine's own tests prove; what is proven over HTTP is in `stream.ts`. */
export const eventRequirements = toRequirements('Stream events', {
  '2 Identifiers': {
    'sse.ids.message': '`messageId` is the id of the first assistant message, on every leg.',
    'sse.ids.session': '`sessionId` is on every leg.',
    'sse.ids.block':
      '`blockId` is the end of the execution id and the block index, stable across legs, with the worker as prefix.',
    'sse.ids.text': 'Text and reasoning ids are unique in the execution.',
    'sse.ids.tool-call': 'Tool call ids are unique in the session.',
    'sse.ids.worker': 'A worker id names one invocation.',
  },
  '3.1 Lifecycle': {
    'sse.finish.stop': '`stop`: the handler ran to its end, or was aborted through the API.',
    'sse.finish.tool-calls': '`tool-calls`: a pause, and only after a tool-request of the leg.',
    'sse.finish.length': '`length`: the output limit, or the loop guard, cut the last generation.',
    'sse.finish.content-filter': '`content-filter`: the provider withheld the last generation.',
    'sse.finish.other': '`other`: the provider gave another reason.',
    'sse.finish.error': '`error` is never sent.',
    'sse.finish.client-tool-calls': '`client-tool-calls` and client-tool-request are the SDK’s, never the server’s.',
    'sse.finish.last': 'The reason is that of the last next-message on main; without any, stop.',
  },
  '3.2 Text and reasoning': {
    'sse.event.text': 'Text is start, non-empty deltas and end of one id; `responseType` makes it one JSON object.',
    'sse.event.reasoning': 'Reasoning is start, deltas and end of one id.',
  },
  '3.3 Tools': {
    'sse.event.tool-input':
      'A call is start with name and display, pieces of its arguments, end, and the whole arguments.',
    'sse.event.tool-output': 'A server-run call has its output, `null` if nothing, or its error.',
    'sse.event.tool-request':
      'Pending calls have id, name, args and source, and thread, worker, output variable and block index where they apply.',
  },
  '3.4 Content': {
    'sse.event.source': 'A source has id, URL and title, or media type and title.',
    'sse.event.file': 'A file follows the output that made it, or the start of the leg that brought it.',
    'sse.event.todo': 'todo-update carries the whole resolved list.',
    'sse.event.resource': 'resource-update is sent whatever the display mode of the block.',
  },
  '3.5 Blocks': {
    'sse.event.block-start': 'A block is announced with name, type, display, description, outputToChat and thread.',
    'sse.event.block-end': 'A block ends once.',
  },
  '3.6 Workers and usage': {
    'sse.event.worker-input': 'Input of a worker streams while the model writes it, then is ready as a whole.',
    'sse.event.worker-start': 'worker-start names slug and description, with input for stream and standalone only.',
    'sse.event.worker-result':
      'worker-result has output, or error, or is cancelled with an error; nothing without an output.',
    'sse.event.usage':
      'usage ends a successful standalone run, with tokens, no fees, and an estimate where prices are known.',
  },
  '4 Grammar': {
    'sse.grammar.legs': 'Every stream that a test produces matches the notation.',
    'sse.grammar.g1': 'G1: one text and one reasoning at most is open in a scope, and they do not overlap.',
    'sse.grammar.g2': 'G2: blocks never nest in a scope.',
    'sse.grammar.g3': 'G3: no part is open at block-end, tool-request or finish.',
    'sse.grammar.g4': 'G4: the events of each call are in order, its start first.',
    'sse.grammar.g5':
      'G5: server-run calls have their outcome before the next step and before tool-request; external ones none.',
    'sse.grammar.g6': 'G6: a visible external call is available before it is requested.',
    'sse.grammar.g7': 'G7: events of parallel workers may interleave; per worker they are in order.',
    'sse.grammar.g8': 'G8: a continuation announces again what was open; an id ends once.',
    'sse.grammar.g9': 'G9: after a visible worker the enclosing block is announced again where clients forget it.',
  },
  '5.1 Display modes of blocks': {
    'sse.display.block.hidden': 'hidden: no block, the text bare and in one piece, no work.',
    'sse.display.block.name': 'name: the block without description, the text in one piece.',
    'sse.display.block.description': 'description: the block with its description, the text in one piece.',
    'sse.display.block.title': 'title: the block with its title, the text in one piece.',
    'sse.display.block.stream': 'stream: text, reasoning, sources and files as they are generated.',
    'sse.display.block.defaults': 'Each kind has its default mode.',
  },
  '5.2 Display modes of tool calls': {
    'sse.display.tool.hidden': 'hidden: no event at all, files and sources included.',
    'sse.display.tool.name': 'name: no title, no arguments, no output.',
    'sse.display.tool.description': 'description: description, arguments as they come, output.',
    'sse.display.tool.title': 'title: the title, no arguments, no output.',
    'sse.display.tool.stream': 'stream: everything.',
  },
  '5.3 Display modes of workers': {
    'sse.display.worker.hidden': 'hidden: no event, but external tools are asked for.',
    'sse.display.worker.brief': 'name, description, title: start without input, then result.',
    'sse.display.worker.stream': 'stream: everything.',
  },
  '6 Errors': {
    'sse.error.authentication': 'authentication_error: of the provider, or of the platform without a key.',
    'sse.error.permission': 'permission_error, not retryable.',
    'sse.error.validation': 'validation_error, not retryable.',
    'sse.error.not-found': 'not_found_error, not retryable.',
    'sse.error.rate-limit': 'rate_limit_error, retryable.',
    'sse.error.quota': 'quota_exceeded_error, not retryable.',
    'sse.error.provider': 'provider_error, retryable.',
    'sse.error.overloaded': 'provider_overloaded, retryable.',
    'sse.error.timeout': 'provider_timeout, retryable.',
    'sse.error.execution': 'execution_error: invalid structured output, not retryable; cancelled, retryable.',
    'sse.error.protocol': 'protocol_error: a block refers to what does not exist.',
    'sse.error.internal': 'internal_error; SERVER_SHUTDOWN is retryable.',
    'sse.error.unknown': 'unknown_error, not retryable.',
  },
  '7 Pause and continuation': {
    'sse.pause.mixed': 'Tools of the server are finished before the request, which has all the rest.',
    'sse.pause.continuation':
      'A continuation is start with the same ids, what was open again, files of results, then the rest.',
    'sse.pause.superseded': 'What waits is closed as cancelled by a newer trigger or an abort.',
  },
  '8 Abort, disconnect, shutdown': {
    'sse.abort.worker': 'An aborted standalone worker ends with a cancelled result and EXECUTION_CANCELLED.',
    'sse.crash': 'After a crash the session is usable.',
  },
  '9 Threads, outputToChat, independent': {
    'sse.thread.main': 'main: outputToChat true, without thread.',
    'sse.thread.main-independent': 'main, independent: outputToChat false, stored in the variable only.',
    'sse.thread.named': 'named: outputToChat true and the thread.',
    'sse.thread.named-independent': 'named, independent: outputToChat false and the thread, stored with the thread.',
  },
  '10 Workers': {
    'sse.worker.standalone': 'worker-start follows start; all content carries the worker id.',
    'sse.worker.nested':
      'One request collects the calls of all paused workers and of the agent; workers resume independently.',
  },
  '11 What clients rely on': {
    'sse.clients.one-request': 'There is exactly one tool-request per pausing leg.',
    'sse.clients.request-before-finish': '`finish(tool-calls)` is never sent without tool-request.',
    'sse.clients.execution-id': '`executionId` is on every start.',
    'sse.clients.one-text': 'One text is open at a time.',
    'sse.clients.no-nested-block': 'No block is inside a block.',
    'sse.clients.whole-object': 'A text with `responseType` ends when its JSON is complete.',
    'sse.clients.input-start-first': '`tool-input-start` is first.',
    'sse.clients.error-last': '`error` is last.',
    'sse.clients.final-finish': 'The final finish comes once per execution.',
    'sse.clients.last-message': '`lastMessageId` of the first leg is the anchor of a retry.',
  },
  '12 Example streams': {
    'sse.examples': 'The example streams of the specification pass the checker.',
    'sse.example.worker': 'A standalone worker pauses for its tool and ends with usage.',
    'sse.example.delegation': 'An agent delegates to a worker, with todos and sources.',
  },
});
