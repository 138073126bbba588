import type { BlockKind } from '@octavus/protocol';
import { addMessage } from './add-message.ts';
import { generateImage } from './generate-image.ts';
import { generateSpeech } from './generate-speech.ts';
import { generateVideo } from './generate-video.ts';
import { nextMessage } from './next-message.ts';
import { runWorker } from './run-worker.ts';
import type { BlockRunner } from './runner.ts';
import { serializeThread } from './serialize-thread.ts';
import { setResource } from './set-resource.ts';
import { startThread } from './start-thread.ts';
import { toolCall } from './tool-call.ts';
import { transcribeAudio } from './transcribe-audio.ts';

/** What the engine runs, by kind of block. */
export const blockRunners = {
  'add-message': addMessage,
  'next-message': nextMessage,
  'tool-call': toolCall,
  'set-resource': setResource,
  'start-thread': startThread,
  'serialize-thread': serializeThread,
  'generate-image': generateImage,
  'generate-video': generateVideo,
  'generate-speech': generateSpeech,
  'transcribe-audio': transcribeAudio,
  'run-worker': runWorker,
} as const satisfies { readonly [Kind in BlockKind]: BlockRunner<Kind> };
