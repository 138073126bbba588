import { checkFileTypes, checkTextType } from '../checks/value-types.ts';
import { entryOf } from '../parse/node.ts';
import { readFlag, readNumber, readText } from '../parse/read.ts';
import { boolean, choice, integer, setting } from '../shape/shape.ts';
import { mediaThreadField, outputField, valueName } from './fields.ts';
import type { BlockSpec } from './spec.ts';

/** Generates a video. */
export const generateVideo: BlockSpec<'generate-video'> = {
  kind: 'generate-video',
  doc: 'Generates a video.',
  defaultDisplay: 'description',
  fields: {
    prompt: { shape: valueName, doc: 'Value that holds the prompt.', required: true },
    videoModel: { shape: setting('videoModel'), doc: 'Video model, or a value that holds its id.', required: true },
    aspectRatio: { shape: choice('16:9', '9:16'), doc: 'Width to height; `16:9` by default.' },
    durationSeconds: { shape: integer(1, 60), doc: 'Length in seconds.' },
    generateAudio: { shape: boolean, doc: 'Whether the video has sound.' },
    image: { shape: valueName, doc: 'Value that holds the starting image.' },
    output: { ...outputField, doc: 'Variable that receives the URL.' },
    thread: mediaThreadField,
  },
  outputType: () => ({ kind: 'string', enum: undefined, const: undefined }),

  check(block, checks) {
    checkTextType(entryOf(block, 'prompt'), checks);
    checkFileTypes(entryOf(block, 'image'), checks);
  },

  compile: (block, compiler) => ({
    prompt: readText(block, 'prompt')!,
    videoModel: compiler.setting<string>(block, 'videoModel')!,
    aspectRatio: readText(block, 'aspectRatio') === '9:16' ? '9:16' : '16:9',
    durationSeconds: readNumber(block, 'durationSeconds'),
    generateAudio: readFlag(block, 'generateAudio') ?? false,
    image: readText(block, 'image'),
    output: readText(block, 'output'),
    thread: compiler.thread(block),
  }),
};
