import type { BlockKind } from '@octavus/protocol';
import { addMessage } from './add-message.ts';
import { nextMessage } from './next-message.ts';
import type { BlockRunner } from './runner.ts';
import { serializeThread } from './serialize-thread.ts';
import { setResource } from './set-resource.ts';
import { startThread } from './start-thread.ts';
import { toolCall } from './tool-call.ts';

/** What the engine runs, by kind of block. `null`: not yet; `findUnsupported` refuses definitions that have one. */
export const blockRunners = {
  'add-message': addMessage,
  'next-message': nextMessage,
  'tool-call': toolCall,
  'set-resource': setResource,
  'start-thread': startThread,
  'serialize-thread': serializeThread,
  'generate-image': null,
  'generate-video': null,
  'generate-speech': null,
  'transcribe-audio': null,
  'run-worker': null,
} as const satisfies { readonly [Kind in BlockKind]: BlockRunner<Kind> | null };
