import { missingPlace } from '../parse/node.ts';
import { readText } from '../parse/read.ts';
import { generationFields } from '../shape/generation.ts';
import { setting, text } from '../shape/shape.ts';
import type { BlockSpec } from './spec.ts';

/** Creates a thread, or replaces the one of that name. */
export const startThread: BlockSpec<'start-thread'> = {
  kind: 'start-thread',
  doc: 'Creates a thread with its own model, prompt and tools, or replaces the one of that name.',
  defaultDisplay: 'hidden',
  fields: {
    thread: { shape: text('new-thread'), doc: "Name of the thread; the block's name by default." },
    model: {
      shape: setting('model'),
      doc: "Model id, or an input that holds one; the agent's model by default.",
      required: 'worker',
      reportMissing: (block, report) => {
        const thread = readText(block, 'thread') ?? nameOf(block.path);
        report('PROTO_THREAD_MODEL_MISSING', missingPlace(block, 'model'), { thread });
      },
    },
    system: { shape: text('prompt'), doc: 'Name of the system prompt.', required: 'worker' },
    ...generationFields,
  },
  hints: {
    agentic: 'Threads have no "agentic": set "maxSteps".',
    contextManagement: 'It belongs to "agent".',
  },

  compile: (block, compiler) => ({
    thread: readText(block, 'thread') ?? compiler.blockName,
    scope: compiler.scope(block),
  }),
};

/** The block's name, for a message: the last key of its path. */
function nameOf(path: string): string {
  const quoted = path.endsWith(']') ? path.slice(path.lastIndexOf('["') + 1, -1) : undefined;
  return quoted === undefined ? path.slice(path.indexOf('.') + 1) : String(JSON.parse(quoted));
}
