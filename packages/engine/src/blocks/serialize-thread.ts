import { startBlock } from '../execution/announce.ts';
import { messagesOf } from '../execution/assistant-message.ts';
import { protocolFailure } from '../execution/failure.ts';
import { serializeThread as serializeMessages } from '../messages/serialize-thread.ts';
import { assignOutput } from '../values/assign-output.ts';
import { addOperation } from './operation.ts';
import { immediate } from './runner.ts';

/** Writes a thread as text to a variable (runtime-semantics.md 5.6). */
export const serializeThread = immediate<'serialize-thread'>((block, run) => {
  const { thread, format, output } = block;
  startBlock(run, block, { thread });
  if (thread !== 'main' && !run.state.threads.has(thread))
    throw protocolFailure(`the thread "${thread}" was never started`);
  const text = serializeMessages(messagesOf(run.state, thread), { thread, format });
  assignOutput(run, output, text);
  addOperation(run, block, { operationInput: { thread, format }, operationResult: text });
});
