import { toRequirements } from './table.ts';

/** Durability, stopping, locks, rollback, expiry, errors, the log and workers (runtime-semantics.md 11 to 18). */
export const lifeRequirements = toRequirements('Runtime', {
  '11 Durability and recovery': {
    'rt.durable.accepted':
      'An accepted trigger or continuation, and a new session, is durable before the response head.',
    'rt.durable.writes': 'Messages, variables, resources and threads are durable before block-end and resource-update.',
    'rt.durable.tool-result': 'The result of a server-run tool is durable before its outcome event.',
    'rt.durable.file': 'Bytes and record of a file are durable before file-available.',
    'rt.durable.step': 'A completed step is durable before the next step and block-end.',
    'rt.durable.pending': 'Pending calls are durable before tool-request.',
    'rt.durable.end': 'The end of an execution is durable before finish.',
    'rt.durable.failure': 'A failure or abort, with its partial message, is durable before its ending.',
    'rt.durable.worker-result': 'The result of a worker is durable before worker-result.',
    'rt.durable.deltas': 'Text is saved at most 1 s or 4 KiB behind the stream.',
    'rt.durable.atomic': 'A crash leaves the state before or after, never between.',
    'rt.recovery':
      'What a dead node left running is closed as interrupted and the session is free; what waits still waits.',
  },
  '12 Abort and failure': {
    'rt.abort':
      'An abort cancels the model call, keeps partial text, cancels open work, runs no further block and is logged.',
    'rt.abort.output': 'The output of the open block is not written.',
    'rt.failure': 'A failure keeps what came before it, variables of finished blocks included.',
    'rt.cancelled-calls': 'Calls that never got a result get a synthetic one, so that the next request is well formed.',
  },
  '13 One execution at a time': {
    'rt.lock.queue': 'What needs the session queues in order of arrival for at most 5 s, then gets SESSION_BUSY.',
    'rt.lock.stop-first': 'Clear and abort stop the running leg first.',
    'rt.lock.lease': 'With several nodes the lock is a lease; a node that lost it stops.',
    'rt.lock.independent': 'Different sessions do not wait for each other.',
  },
  '14 Rollback and retry': {
    'rt.rollback.absent': 'Without an anchor nothing is removed.',
    'rt.rollback.null': '`null` removes all messages.',
    'rt.rollback.message': 'A message id removes everything after it; the group it heads stays.',
    'rt.rollback.unknown': 'An unknown id changes nothing.',
    'rt.rollback.checkpoint':
      'Values and threads return to the oldest checkpoint with exactly this last message, else they stay.',
  },
  '15 Expiry': {
    'rt.expiry': 'An idle session expires to the moment; one that runs does not; clear expires it at once.',
  },
  '16.1 Errors by provider status': {
    'rt.errors.400': '400 and 422 are validation_error.',
    'rt.errors.401': '401 is authentication_error.',
    'rt.errors.402': '402 is quota_exceeded_error.',
    'rt.errors.403': '403 is permission_error.',
    'rt.errors.404': '404 is not_found_error.',
    'rt.errors.408': '408, 504 and our own timeouts are provider_timeout, retryable.',
    'rt.errors.500': '409, 500, 502 and other 5xx are provider_error, retryable.',
    'rt.errors.413': '413 is validation_error.',
    'rt.errors.429': '429 is rate_limit_error, retryable.',
    'rt.errors.503': '503 and 529 are provider_overloaded, retryable.',
    'rt.errors.network':
      'A connection that is refused, reset or not found is provider_error with code NETWORK, retryable.',
    'rt.errors.4xx': 'Another 4xx is unknown_error.',
  },
  '16.2 Errors by content': {
    'rt.errors.quota': '429 that speaks of quota or billing is quota_exceeded_error.',
    'rt.errors.overloaded': 'overloaded_error, also in mid-stream, is provider_overloaded.',
    'rt.errors.context': 'A prompt over the context length is CONTEXT_OVERFLOW.',
    'rt.errors.images': 'An image that is too large, or one too many, is UNSUPPORTED_INPUT.',
    'rt.errors.unsupported': 'A model or feature that is not supported is UNSUPPORTED_INPUT.',
    'rt.errors.fields': 'Retry-After is rounded up, request id and details are kept, messages are cut and hold no key.',
    'rt.errors.internal':
      'What is no provider, tool or protocol failure is internal_error with fixed words; the cause goes to the host.',
  },
  '17 Execution log': {
    'rt.log.trigger': '`trigger` on acceptance, with name and input.',
    'rt.log.message': '`message` by add-message.',
    'rt.log.thread-created': '`thread-created` by start-thread and when the main prompt is first rendered.',
    'rt.log.model-request': '`model-request` before every provider call; its body with tracing only.',
    'rt.log.step-stats': '`step-stats` after every provider call that reported usage.',
    'rt.log.reasoning': '`reasoning` when a reasoning part ends.',
    'rt.log.llm-tool-request': '`llm-tool-request` when a step ends in tool calls.',
    'rt.log.llm-response': '`llm-response` when a step ends without.',
    'rt.log.tool-call': '`tool-call` when a call is dispatched.',
    'rt.log.tool-result': '`tool-result` when its result is known, synthetic ones included.',
    'rt.log.block-operation': '`block-operation` at the end of set-resource, serialize-thread and media blocks.',
    'rt.log.worker': '`worker-execution` and `worker-output` at start and end of a worker.',
    'rt.log.compaction': '`compaction` per compaction.',
    'rt.log.tool-output-bounded': '`tool-output-bounded` once per call.',
    'rt.log.image-adapted': '`image-adapted` once per image, or per recovery.',
    'rt.log.abort': '`abort` with the block it stopped.',
    'rt.log.error': '`error` on failure, also for failures caught by retry or failover.',
    'rt.log.sequence': 'Entries count from 0 within an execution, across legs.',
    'rt.log.trim': 'Fields over 64 KiB, or that take the entry over 256 KiB, are trimmed and marked.',
    'rt.log.secrets': 'Keys and tokens never enter the log.',
  },
  '18 Workers': {
    'rt.worker.input': 'Input is checked: standalone a failure is HTTP 400, nested an error result.',
    'rt.worker.session':
      'Standalone it has a session whose id is worker and execution id; nested a fresh id that names a log group.',
    'rt.worker.steps': 'Steps run like a handler.',
    'rt.worker.state': 'Variables live for the run; nothing of the caller is inherited.',
    'rt.worker.tools':
      'External tools pause the run or the calling execution; mapped ones appear under the parent’s name.',
    'rt.worker.result': 'The result is the variable named by `output`.',
    'rt.worker.failure': 'Standalone: worker-result with error, then error; nested: the caller goes on.',
    'rt.worker.usage': 'Standalone: usage after finish, summed over all legs.',
    'rt.worker.retention':
      'A standalone run is kept for the session’s lifetime after its last activity, waiting included.',
    'rt.worker.schema': 'To a model a worker is a tool named by its slug with a schema of its input.',
    'rt.worker.parallel': 'Workers called in one step run in parallel.',
    'rt.worker.masked': 'The error of worker-result is a masked sentence.',
  },
});
