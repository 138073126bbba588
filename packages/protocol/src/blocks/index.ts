import type { BlockKind } from '../definition/blocks.ts';
import { description, displayFields } from '../shape/presentation.ts';
import { choice, type FixedShape, fixed } from '../shape/shape.ts';
import { addMessage } from './add-message.ts';
import { generateImage } from './generate-image.ts';
import { generateSpeech } from './generate-speech.ts';
import { generateVideo } from './generate-video.ts';
import { nextMessage } from './next-message.ts';
import { runWorker } from './run-worker.ts';
import { serializeThread } from './serialize-thread.ts';
import { setResource } from './set-resource.ts';
import type { BlockSpec } from './spec.ts';
import { startThread } from './start-thread.ts';
import { toolCall } from './tool-call.ts';
import { transcribeAudio } from './transcribe-audio.ts';

/** Every block kind, in the order of protocol-language.md 2.10. A kind that is missing here does not compile. */
export const blockSpecs = {
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
} satisfies { readonly [Kind in BlockKind]: BlockSpec<Kind> };

export const blockKinds = Object.keys(blockSpecs) as BlockKind[];

export function blockSpecOf(kind: string): BlockSpec | undefined {
  return Object.hasOwn(blockSpecs, kind) ? (blockSpecs[kind as BlockKind] as BlockSpec) : undefined;
}

/** Everything a block of a kind may say, the keys of every kind included. */
export function blockShape(kind: BlockKind): FixedShape {
  return blockShapes[kind];
}

const blockShapes = Object.fromEntries(
  blockKinds.map((kind) => {
    const spec: BlockSpec = blockSpecs[kind] as BlockSpec;
    const common = {
      block: { shape: choice(kind), doc: spec.doc, required: true },
      ...displayFields,
      description: { shape: description, doc: 'Label for display modes `description` and `stream`.' },
    } as const;
    const shape = fixed(
      { ...common, ...spec.fields },
      { hints: spec.hints, presentation: { defaultDisplay: spec.defaultDisplay } },
    );
    return [kind, shape];
  }),
) as Record<BlockKind, FixedShape>;
