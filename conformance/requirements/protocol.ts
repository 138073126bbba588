import { toRequirements } from './table.ts';

/** What the language requires of the runtime (protocol-language.md 6, 8, 10), beyond what the runtime's own clauses say. */
export const protocolRequirements = toRequirements('Language', {
  '6.1 Order and uniqueness': {
    'proto.tools.order': 'Tools are offered as declared tools, workers, then built-in tools in their order.',
  },
  '6.2 Display modes of tools': {
    'proto.display.tool.hidden': 'hidden: no events at all, nothing after a reload.',
    'proto.display.tool.name': 'name: the call without label, arguments and result.',
    'proto.display.tool.description': 'description: label, arguments and result live, no result after a reload.',
    'proto.display.tool.stream': 'stream: label, arguments while generated, result, after a reload too.',
    'proto.display.tool.title': 'title: the title alone; without one the tool name.',
    'proto.display.tool.model': 'Whatever the mode, the model and the executor get everything.',
  },
  '6.3 Display modes of blocks and workers': {
    'proto.display.block.label': 'A block is labelled by its name, description or title.',
    'proto.display.worker.label': 'A worker is labelled by its name, description or title.',
  },
  '6.4 Server tools and client tools': {
    'proto.tools.pause':
      'A call of a declared or consumer tool pauses with all pending calls of the step; its failure is the model’s to know.',
  },
  '6.5 Namespaces': {
    'proto.tools.namespace': 'Consumer tools under a namespace that nobody declared are ignored and logged.',
  },
  '6.6 Reserved': {
    'proto.tools.reserved': 'Names that start with octavus_ are never forwarded.',
  },
  '8.1 Built-in tools': {
    'proto.built-in.todo': 'octavus_todo_write: with `todoList`; merge and replace as documented; result is the list.',
    'proto.built-in.references': 'octavus_reference_list and _read: with references; an unknown name is a tool error.',
    'proto.built-in.image': 'octavus_generate_image: with `imageModel`; url, media type and size, then file-available.',
    'proto.built-in.video': 'octavus_generate_video: with `videoModel`.',
    'proto.built-in.speech': 'octavus_generate_speech: with `speechModel`; voices and formats of the model.',
    'proto.built-in.transcribe':
      'octavus_transcribe_audio: with `transcriptionModel`; a long text is a preview and a file.',
    'proto.built-in.search':
      'octavus_web_search: with `webSearch`; results, one source each; a tool error without a backend.',
    'proto.built-in.schemas': 'Names, descriptions and parameter schemas are the published ones.',
  },
  '8.2 Announcements': {
    'proto.announced': 'Announcements follow the rendered prompt in their order and words.',
    'proto.announced.empty': 'An empty prompt without announcements sends no system text.',
  },
  '10.1 Session': {
    'proto.session.main': 'The main thread is there from the start, named ones persist.',
  },
  '10.2 Running a trigger': {
    'proto.trigger.blocks': 'Blocks run in order, each with its events unless hidden.',
    'proto.trigger.one-message':
      'What the model writes for main in one trigger is one assistant message with step marks.',
  },
  '10.3 Pausing for tools': {
    'proto.pause.missing': 'A missing result becomes `No result was provided.`',
  },
  '10.4 next-message': {
    'proto.next-message.main': 'main: live, in history, in the user’s message.',
    'proto.next-message.main-independent': 'main, independent: nowhere but in the variable.',
    'proto.next-message.named': 'named: live with its thread, in its history, as parts with the thread.',
    'proto.next-message.named-independent': 'named, independent: live with its thread for stream, kept like the other.',
    'proto.next-message.failover': 'A transient failure before any content is tried once on the backup model.',
  },
  '10.5 Other blocks': {
    'proto.block.add-message': 'add-message renders, appends, and shows what `visible`, `uiContent` and `files` say.',
    'proto.block.tool-call': 'tool-call resolves and coerces its arguments, requests the tool and assigns the result.',
    'proto.block.set-resource': 'set-resource assigns, coerced, with an event whatever the display.',
    'proto.block.start-thread': 'start-thread resolves settings, renders, creates or replaces, and is traced.',
    'proto.block.serialize-thread': 'serialize-thread writes visible messages in the documented layouts.',
    'proto.block.generate': 'generate-* stores the file, announces it, adds the part and assigns the URL.',
    'proto.block.transcribe': 'transcribe-audio assigns the text, one line per segment with timestamps.',
    'proto.block.run-worker': 'run-worker runs the worker with its input and assigns the result.',
    'proto.block.absent': 'An absent text, prompt or audio is a validation_error; an absent image or file is left out.',
  },
  '10.6 Workers': {
    'proto.worker.alone': 'On its own the stream is start, worker-start, …, worker-result, finish, usage.',
    'proto.worker.missing': 'A worker that the project does not have fails as a tool error.',
  },
  '10.7 Errors and stopping': {
    'proto.errors.tool': 'A tool or worker failure is seen by its caller and the run goes on.',
    'proto.errors.provider': 'A model or media failure ends the run; what was written stays.',
    'proto.errors.protocol':
      'A bad setting or an absent name or thread ends the run with validation_error or protocol_error.',
    'proto.errors.stop': 'A stop keeps partial text, cancels pending calls and runs no further block.',
  },
  '10.8 Model view': {
    'proto.view.tool-output': 'maxToolOutputTokens: head of 60 %, note, tail of 40 %.',
    'proto.view.image-dimension': 'maxImageDimension: larger images are scaled down, others unchanged.',
    'proto.view.context-management':
      'contextManagement: oldest turns are folded into a running summary; the first message stays.',
    'proto.view.retention': 'contextRetention: older results of a server leave the view.',
    'proto.view.max-output': 'maxOutputTokens is passed to the provider per request.',
    'proto.view.loop-guard': 'loopGuard ends a request that repeats itself 40 times.',
  },
  '10.9 Provider translation': {
    'proto.thinking': 'Thinking is translated for each provider as the table says.',
    'proto.cache': 'Cache is translated for each provider as the table says.',
  },
});
