import { toRequirements } from './table.ts';

/** What a session holds, what blocks do to it and what people see of it (runtime-semantics.md 1 to 5, 9, 10). */
export const stateRequirements = toRequirements('Runtime', {
  '1.1 Session': {
    'rt.session.input':
      'Session input is set at creation; only restore, or a start on an expired session, replaces it.',
    'rt.session.variables':
      'Variables start with their defaults, are absent until written, survive triggers, and reach clients in the full format only.',
    'rt.session.resources': 'Resources start with their declared defaults and are absent otherwise.',
    'rt.session.messages': 'Messages are the conversation people see, hidden directives included for the model.',
    'rt.session.threads': 'A named thread survives triggers until it is started again or rolled back.',
    'rt.session.todos': 'Each thread has a todo list of its own.',
    'rt.session.context': 'Compaction state and image limits belong to the session and its threads.',
  },
  '1.2 Execution': {
    'rt.execution.ids': 'An execution has an id, the id of its first assistant message and a kind.',
    'rt.execution.definition':
      'All legs of an execution use the agent definition that was in force when it was accepted.',
    'rt.execution.request':
      'Trigger name, input, sender, dynamic tools and trace flag come from the accepted request and hold for all legs.',
    'rt.execution.checkpoint': 'An execution keeps what values and threads were before it.',
    'rt.execution.position': 'A continuation goes on in its block with the step and cycle counters where they were.',
    'rt.execution.pending': 'Calls asked for and not yet answered are kept with all that a continuation needs.',
    'rt.execution.status':
      'An execution is running, waiting, completed, failed, aborted, interrupted or superseded, and only in the order these allow.',
    'rt.execution.leg-checkpoint': 'What a leg started from is kept until the next accepted leg or trigger.',
    'rt.execution.lease': 'A running execution has an owner and an expiry.',
  },
  '3.1 Validation of input': {
    'rt.input.undeclared': 'An undeclared input is ignored and not stored.',
    'rt.input.null': '`null` is the same as absent.',
    'rt.input.required': 'A required input that is absent is an error.',
    'rt.input.optional': 'An optional input that is absent takes its default, else stays absent.',
    'rt.input.type': 'Another JSON type is converted where that loses nothing, else it is an error.',
    'rt.input.enum': 'An enum takes its exact members, for session input too.',
    'rt.input.structure': 'Files, arrays, custom types and unions are checked in their structure.',
    'rt.input.several': 'All problems are reported at once, one issue per input.',
    'rt.input.files':
      'A file of ours is checked to belong to the project, and our metadata wins over what the client sent.',
  },
  '3.2 Looking up a name': {
    'rt.names.order': 'A name is searched in trigger input, variables, resources, session input.',
    'rt.names.trigger-input': 'Trigger input lives for one execution, continuations included.',
  },
  '3.3 Interpolation': {
    'rt.prompt.absent':
      'An absent optional input reads NONE; a name not mapped, or never written, leaves its placeholder.',
  },
  '4 Handlers and execution order': {
    'rt.handler.order': 'Blocks run in their order, and each sees what earlier ones wrote.',
    'rt.handler.absent': 'A trigger without a handler completes at once with stop.',
    'rt.handler.failure': 'The first block that fails ends the execution; a tool error is no such failure.',
    'rt.handler.system-prompt':
      'The system prompt of the main thread is rendered per next-message and fixed for its steps and legs.',
    'rt.handler.assistant-message':
      'What an execution shows joins one assistant message, which an add-message to the main thread closes.',
  },
  '5.1 add-message': {
    'rt.add-message.role': 'A message is added with its role; one of a user carries the sender of the trigger.',
    'rt.add-message.prompt': 'Its text is the rendered prompt; a blank one without files is not added.',
    'rt.add-message.thread': 'In a named thread it reaches that thread alone and is never shown.',
    'rt.add-message.visible': 'With `visible: false` the model sees it and people do not.',
    'rt.add-message.ui-content': 'With `uiContent` the model sees the prompt and people the value.',
    'rt.add-message.files': 'Files come before the text, in list order, lists flattened, absent names skipped.',
    'rt.add-message.system': 'A system message joins the context in place and is never shown.',
    'rt.add-message.live': 'A visible assistant message of the main thread is sent live.',
  },
  '5.2 start-thread': {
    'rt.start-thread.settings':
      'A thread has settings, prompt and tools of its own, and inherits what the language says.',
    'rt.start-thread.replace': 'A thread of that name is replaced by an empty one.',
  },
  '5.3 next-message': {
    'rt.next-message.output': '`output` gets the text of the last step, or the parsed object.',
    'rt.next-message.unknown-thread': 'On a thread that was never started it is a protocol_error.',
  },
  '5.4 tool-call': {
    'rt.tool-call.external': 'An external tool pauses with source block and goes on in the same block.',
    'rt.tool-call.server': 'A tool that the server runs is run in place.',
    'rt.tool-call.result': 'The result is stored in the output variable.',
    'rt.tool-call.error': 'An error is stored as `{ "error": … }` and the handler goes on.',
    'rt.tool-call.arguments':
      'An upper-case string that names a value in scope is a reference, anything else a literal.',
    'rt.tool-call.for-users': 'The call is kept for people and is in no model context.',
  },
  '5.5 set-resource': {
    'rt.set-resource.write': 'It writes the resource, then sends `resource-update`.',
    'rt.set-resource.readonly': 'A read-only resource is a protocol_error.',
  },
  '5.6 serialize-thread': {
    'rt.serialize-thread': 'It writes the stored thread as markdown or JSON to its variable.',
  },
  '5.7 Media blocks': {
    'rt.media.image':
      'generate-image makes one image with the ratio clamped to the model’s set; its output is the URL.',
    'rt.media.video': 'generate-video makes one clip; its output is the URL.',
    'rt.media.speech': 'generate-speech makes audio; its output is the URL.',
    'rt.media.transcript': 'transcribe-audio gives the text of a file.',
    'rt.media.file': 'What is made is stored, announced inside the block and added as a file part.',
    'rt.media.failure': 'A provider failure fails the block.',
    'rt.media.offline': 'With the offline provider the blocks produce small deterministic artefacts.',
  },
  '5.8 run-worker': {
    'rt.run-worker.output': '`output` gets the worker’s output, or an error when it failed.',
    'rt.run-worker.no-output': '`output` is null for a worker that gives none.',
  },
  '9.1 ChatMessage': {
    'rt.message.identity': 'A message has id, role and creation time; ids increase in the order of messages.',
    'rt.message.parts': 'Parts are ordered and the source of truth.',
    'rt.message.content': '`content` is the visible text, else all text, and never absent.',
    'rt.message.tool-calls': '`toolCalls` mirrors the tool-call parts and is left out when there are none.',
    'rt.message.sender': 'The user message of a triggered turn carries the sender.',
  },
  '9.2 Parts': {
    'rt.part.text': 'Text and reasoning carry content; reasoning keeps its provider metadata untouched.',
    'rt.part.tool-call': 'A tool-call part carries id, name, description, arguments, status, result or error, display.',
    'rt.part.step-start': 'A step-start stands between two steps.',
    'rt.part.operation': 'An operation is stored for visible set-resource, serialize-thread and media blocks.',
    'rt.part.source': 'A source part carries its source.',
    'rt.part.file': 'A file part carries its file.',
    'rt.part.object': 'An object part carries id, type name and value.',
    'rt.part.worker': 'A worker part carries its run and nested parts, which hold neither workers nor step-starts.',
    'rt.part.todo': 'A todo part carries the list, one per assistant message, updated in place.',
    'rt.part.flags': 'Internal flags are never serialised.',
    'rt.part.hidden-tool': 'Parts of a hidden tool, and of `visible: false` messages, are not visible.',
    'rt.part.worker-twice': 'A worker that a model called is stored as a hidden tool call and as a worker part.',
    'rt.part.display':
      'The output of a next-message is visible whatever its display; work that was not streamed is not.',
    'rt.part.hidden-thread': 'Output of a hidden next-message on a named thread is stored invisible.',
  },
  '9.3 What goes where': {
    'rt.stored.main': 'A next-message on main stores visible parts that are also the context.',
    'rt.stored.independent': 'An independent next-message on main stores nothing but its variable.',
    'rt.stored.named':
      'A next-message on a named thread stores parts with the thread and a message of the thread’s own.',
    'rt.stored.add-message': 'An add-message stores one message in its thread alone.',
  },
  '9.4 ChatMessages to UIMessages': {
    'rt.ui.skip': 'System messages, and messages without a visible part unless open, are skipped.',
    'rt.ui.text': 'Text has text, status and thread.',
    'rt.ui.reasoning': 'Reasoning also has its provider metadata.',
    'rt.ui.tool-call': 'A tool call has its fields, stripped by display mode.',
    'rt.ui.operation': 'An operation has id, name, type and status.',
    'rt.ui.source-file': 'Sources and files are inline, with the URLs of our files signed anew.',
    'rt.ui.object': 'An object has id, type name and value; an invalid one an error, hidden once a valid one follows.',
    'rt.ui.worker': 'A worker has its run and nested parts, with input and parts for stream only.',
    'rt.ui.todo': 'A todo part has todos and status.',
    'rt.ui.step-start': 'A step-start at an end, or doubled after filtering, is dropped.',
    'rt.ui.status': 'Statuses of calls and workers are mapped; a cancelled call has neither result nor error.',
    'rt.ui.display.stream': 'After a refresh a stream tool keeps everything.',
    'rt.ui.display.description': 'After a refresh a description tool has no result.',
    'rt.ui.display.name': 'After a refresh a name tool has neither label, arguments, result nor error.',
    'rt.ui.display.title': 'After a refresh a title tool has its title alone.',
    'rt.ui.join': 'Consecutive assistant messages of one execution are one message with the id of the first.',
    'rt.ui.open': 'A message is streaming while its execution runs or waits and it is the current one.',
  },
  '10 Restore': {
    'rt.restore.text': 'Text and reasoning come back, reasoning with its metadata.',
    'rt.restore.call-done': 'A finished call comes back with its result, or with a note that it was not retained.',
    'rt.restore.call-error': 'A failed call comes back with its text, or "Tool failed".',
    'rt.restore.call-open': 'A call without a result comes back cancelled.',
    'rt.restore.object': 'An object of an assistant message comes back as an object.',
    'rt.restore.object-user': 'An object of a user message is shown to people, and the model gets its JSON.',
    'rt.restore.same': 'Files, sources, operations and todos come back; the last list becomes current.',
    'rt.restore.worker': 'A worker comes back with a hidden tool call for the model.',
    'rt.restore.step-start': 'Boundaries are kept, and one is inserted where an old client kept none.',
    'rt.restore.thread': 'A part with a thread is kept for display and in no model context.',
    'rt.restore.ids': 'Ids and dates are kept; a duplicate id is replaced.',
    'rt.restore.state': 'Values get their defaults; threads and earlier executions are gone.',
  },
});
