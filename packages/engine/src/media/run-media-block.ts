import type { FileReference, JsonObject, JsonValue } from '@octavus/core';
import type { Block } from '@octavus/protocol';
import { beginOperation } from '../blocks/operation.ts';
import type { BlockEnding } from '../blocks/runner.ts';
import { addFiles } from '../execution/add-files.ts';
import { startBlock } from '../execution/announce.ts';
import { protocolFailure } from '../execution/failure.ts';
import type { Run } from '../execution/run.ts';
import { runTogether } from '../step/run-together.ts';
import { createTurnWriter } from '../step/turn-writer.ts';
import { assignOutput } from '../values/assign-output.ts';

export type MediaBlock = Block & { readonly thread: string; readonly output: string | undefined };

/** What a media block came to. */
export interface MadeMedia {
  /** What the variable gets. */
  readonly output: JsonValue;
  readonly file?: FileReference;
}

export interface MediaWork {
  /** For the log. */
  readonly input: JsonObject;
  /** @throws ExecutionFailure */
  make(): Promise<MadeMedia>;
}

/**
 * Runs a block that waits for a media model: an operation people see, then a file in the message, its event and the variable
 * (runtime-semantics.md 5.7).
 *
 * @param prepare resolves what the block says, after it was announced; may throw ExecutionFailure.
 */
export async function runMediaBlock(run: Run, block: MediaBlock, prepare: () => MediaWork): Promise<BlockEnding> {
  startBlock(run, block, { thread: block.thread });
  if (block.thread !== 'main' && !run.state.threads.has(block.thread))
    throw protocolFailure(`the thread "${block.thread}" was never started`);
  const { input, make } = prepare();
  const operation = beginOperation(run, block);
  const finish = ({ output, file }: MadeMedia) => {
    if (file) addFile(run, block, file);
    assignOutput(run, block.output, output);
    operation.end({ operationInput: input, operationResult: output });
  };
  // What led here is stored before anything is asked of a provider.
  await run.flush();
  if (run.stopReason) return 'stopped';
  const ending = await runTogether(run, [async () => make().then((made) => () => finish(made))]);
  return ending;
}

/** Hidden work leaves nothing for people to see. */
function addFile(run: Run, { thread, display }: MediaBlock, file: FileReference): void {
  const isHidden = display === 'hidden';
  const writer = createTurnWriter(run, { thread, isIndependent: false, isHidden });
  addFiles(run, {
    files: [file],
    thread,
    isVisible: !isHidden,
    isAnnounced: !isHidden,
    append: (parts) => writer.append(parts),
  });
}
