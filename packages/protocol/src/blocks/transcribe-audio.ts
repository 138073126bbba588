import { checkOutputUsed } from '../checks/block-effect.ts';
import { checkFileTypes } from '../checks/value-types.ts';
import { entryOf } from '../parse/node.ts';
import { readFlag, readText } from '../parse/read.ts';
import { boolean, setting } from '../shape/shape.ts';
import { languageShape, mediaThreadField, outputField, valueName } from './fields.ts';
import type { BlockSpec } from './spec.ts';

/** Writes down what is said in an audio or video file. */
export const transcribeAudio: BlockSpec<'transcribe-audio'> = {
  kind: 'transcribe-audio',
  doc: 'Writes down what is said in an audio or video file.',
  defaultDisplay: 'description',
  fields: {
    audio: { shape: valueName, doc: 'Value that holds the file or its URL.', required: true },
    transcriptionModel: {
      shape: setting('transcriptionModel'),
      doc: 'Transcription model, or a value that holds its id.',
      required: true,
    },
    language: { shape: setting('language', languageShape), doc: 'Two-letter code such as `en`; detected by default.' },
    timestamps: { shape: boolean, doc: 'One line per segment, with its time.' },
    output: { ...outputField, doc: 'Variable that receives the transcript.' },
    thread: mediaThreadField,
  },
  outputType: () => ({ kind: 'string', enum: undefined, const: undefined }),

  check(block, checks) {
    checkFileTypes(entryOf(block, 'audio'), checks);
    checkOutputUsed(block, checks);
  },

  compile: (block, compiler) => ({
    audio: readText(block, 'audio')!,
    transcriptionModel: compiler.setting<string>(block, 'transcriptionModel')!,
    language: compiler.setting<string>(block, 'language'),
    hasTimestamps: readFlag(block, 'timestamps') ?? false,
    output: readText(block, 'output'),
    thread: compiler.thread(block),
  }),
};
