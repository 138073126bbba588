import { toRequirements } from './table.ts';

/** Model steps: settings, context, loop, structured output, retries, guards, pauses and context management (runtime-semantics.md 6 to 8). */
export const stepRequirements = toRequirements('Runtime', {
  '6.1 Settings': {
    'rt.settings.model': 'The model is that of the agent or thread, or the value of a name.',
    'rt.settings.backup-model': 'The backup model is that of the agent or thread.',
    'rt.settings.temperature': 'The temperature is a number from 0 to 2 or "off".',
    'rt.settings.thinking': 'Thinking is low, medium, high, max or "off".',
    'rt.settings.speed': 'Speed is fast or standard.',
    'rt.settings.cache': 'Cache is auto unless said, and a thread does not inherit it.',
    'rt.settings.max-steps': 'Cycles allowed are 10 with `agentic: true`, else 1, or `maxSteps`.',
    'rt.settings.limits': 'Output, loop, tool output and image limits are unset unless said.',
    'rt.settings.context-management':
      'Context management is the agent’s alone, unset unless said, and no key of a thread.',
    'rt.settings.absent': 'A setting whose value is absent is unset, never the text NONE.',
    'rt.settings.invalid':
      'A value that a setting cannot have is 400 at session creation for a session input, else a validation_error of the block.',
    'rt.settings.provider':
      'An unknown provider is 400 at session creation for a session input, else a validation_error of the block; a known one without credentials fails in the stream.',
  },
  '6.2 Building the model context': {
    'rt.context.system': 'The system prompt comes first, then system messages.',
    'rt.context.user': 'A user message is files, then text, hidden ones included, without uiContent.',
    'rt.context.assistant': 'An assistant message is split at step-starts; the results of each segment follow it.',
    'rt.context.object': 'An object is its JSON text.',
    'rt.context.left-out': 'Block calls, operations, sources, todos, workers and parts of other threads are left out.',
    'rt.context.tool-images': 'Images attached to a tool result are delivered next to it.',
    'rt.context.unanswered': 'A context never contains an unanswered call.',
    'rt.context.foreign-reasoning': 'Reasoning of another provider is left out.',
    'rt.context.native-files': 'Types that the model reads natively go as content.',
    'rt.context.other-files':
      'Other files, and videos for a model that cannot see them, are announced in a line of text.',
    'rt.context.announced': 'References are listed in the system prompt with name and description.',
  },
  '6.3 The loop': {
    'rt.loop.cycles': 'After the last allowed cycle one step without tools follows.',
    'rt.loop.parallel': 'Server-side calls of a step run at the same time, at most 8.',
    'rt.loop.unfit': 'An unknown tool, or unfit arguments, is an error result at once that goes back to the model.',
    'rt.loop.external': 'External and dynamic tools are asked for outside, in the order the model made them.',
    'rt.loop.server': 'Built-in tools and workers run here, with their result or error.',
    'rt.loop.provider-executed':
      'A tool that the provider ran is announced like one the server ran and costs no cycle.',
    'rt.loop.todo': 'octavus_todo_write merges or replaces the list, sends todo-update, and shows no call.',
    'rt.loop.reserved': 'Calls of reserved names never leave the server.',
  },
  '6.4 Tool schemas': {
    'rt.tool-schemas.root': 'Combinators at the root are flattened into one object.',
    'rt.tool-schemas.properties': 'Object nodes get properties where they have none.',
    'rt.tool-schemas.pattern': 'Patterns with look-around or back-references are removed.',
  },
  '6.5 Structured output': {
    'rt.object.announced': 'A text that starts with `{` is announced with its type, anything else as plain text.',
    'rt.object.valid': 'A valid object is an object part and the value of the output variable.',
    'rt.object.repaired': 'An invalid one is asked for once more, with what was wrong.',
    'rt.object.failed': 'A second invalid one is INVALID_STRUCTURED_OUTPUT and writes nothing.',
  },
  '6.6 Provider mapping: thinking': {
    'rt.thinking.anthropic-adaptive': 'Anthropic 4.6 and newer: adaptive thinking with effort.',
    'rt.thinking.anthropic-budget': 'Anthropic up to 4.5: a budget, with the output limit raised above it.',
    'rt.thinking.openai': 'OpenAI: effort of the same name, max only on GPT-5.6 and newer; off is the lowest.',
    'rt.thinking.google-level': 'Gemini 3: thinking level, thoughts included.',
    'rt.thinking.google-budget': 'Gemini up to 2: a budget, capped at the maximum of the model.',
    'rt.thinking.x-ai': 'xAI: effort, xhigh on grok-4.6 alone; off sends nothing.',
    'rt.thinking.openrouter': 'OpenRouter: reasoning.max_tokens; off disables it.',
    'rt.thinking.compatible': 'Ollama and compatible servers: reasoning_effort; off sends nothing.',
    'rt.thinking.offline': 'The offline model emits a short reasoning part, none with off.',
    'rt.thinking.unset': 'Unset thinking sends nothing; beside thinking a forbidden temperature is dropped.',
  },
  '6.6 Provider mapping: cache': {
    'rt.cache.anthropic':
      'Anthropic: at most 4 breakpoints of 5 minutes or 1 hour, none with off; through OpenRouter too.',
    'rt.cache.openai': 'OpenAI: in-memory or 24 h retention and the session as key; no option with off.',
    'rt.cache.others': 'Google and others: nothing is sent.',
  },
  '6.6 Provider mapping: limits': {
    'rt.mapping.max-output':
      'maxOutputTokens is the output limit; where one is mandatory the maximum of the model, else 8192.',
    'rt.mapping.speed': 'Fast speed goes to Opus 5, 4.8, 4.7 and 4.6 of Anthropic, and is ignored elsewhere.',
    'rt.mapping.provider-options': 'Options of one provider go to that provider only.',
  },
  '6.7 Retry and failover': {
    'rt.retry.failures': 'Rate limit, overload, timeout and provider errors are tried again, others never.',
    'rt.retry.condition': 'Nothing is tried again once text, reasoning or a tool event of the step was sent.',
    'rt.retry.backup':
      'With a backup model there is one attempt on it; if it fails too the original error is reported.',
    'rt.retry.repeats':
      'Without one there are two repeats after 1 s and 2 s, or the provider’s Retry-After up to 10 s.',
    'rt.retry.later-steps': 'Later steps start with the primary again.',
    'rt.retry.visibility': 'Attempts show in the log alone: a model-request each, an error for every caught failure.',
    'rt.retry.speed': 'A fast model at its own rate limit is asked again at standard speed, then the backup model is.',
    'rt.retry.timeouts': '60 s to the first byte or 120 s between bytes is provider_timeout.',
  },
  '6.8 Guards': {
    'rt.guard.loop': 'A text that repeats a unit 40 times is cut, kept once, and finishes with length.',
    'rt.guard.tool-output': 'A long result is head, note and tail for the model, whole in the store, logged once.',
    'rt.guard.image-dimension': 'Images over the limit are delivered scaled down, the file unchanged, logged once.',
    'rt.guard.retention': 'Of an MCP server only the newest results stay in full in the view.',
    'rt.guard.inline-media':
      'Base64 media inside a tool result are stored as files; raw bytes never reach a model or the message.',
  },
  '7 Pausing and continuing': {
    'rt.resume.model-call': 'Results are written onto their calls, a step-start is stored and the loop goes on.',
    'rt.resume.block': 'The result is stored in the variable, the block ends and the next one runs.',
    'rt.resume.workers': 'Each paused worker resumes at its own position; its caller when all are done.',
    'rt.resume.match': 'Results are matched by call id alone; a missing one is `No result was provided.`',
    'rt.resume.files': 'Files of results become parts, are announced, and their images shown to the model.',
    'rt.resume.repeat': 'A continuation whose leg broke off is accepted once more, with the first results.',
    'rt.resume.mixed': 'Server-run calls are finished and stored before the pause; only the rest is asked for.',
  },
  '8 Context management': {
    'rt.compaction.threshold': 'The context is compacted before a step whose prompt reaches thresholdPercent.',
    'rt.compaction.recent': 'recentPercent of the window stays verbatim; without it nothing is summarised.',
    'rt.compaction.summarizer':
      'The summarizer worker writes the summary, in several passes when the slice is too large.',
    'rt.compaction.recent-window': '`recentWindow` is ignored.',
    'rt.compaction.layers': 'Old reasoning goes first, then old tool results shrink, then old turns are summarised.',
    'rt.compaction.view':
      'The view is system prompt, first user message, summary, recent messages; what is stored stays.',
    'rt.compaction.reactive':
      'A step rejected as too long is compacted and repeated, at most 3 times; else it is a plain error.',
    'rt.compaction.images': 'After an image rejection images are scaled down or left out, and the limit is remembered.',
  },
});
