import { checkTextType } from '../checks/value-types.ts';
import { entryOf } from '../parse/node.ts';
import { readNumber, readText } from '../parse/read.ts';
import { choice, setting } from '../shape/shape.ts';
import { languageShape, mediaThreadField, outputField, valueName } from './fields.ts';
import type { BlockSpec } from './spec.ts';

const formats = ['mp3', 'opus', 'aac', 'flac', 'wav'] as const;

/** Reads a text aloud. */
export const generateSpeech: BlockSpec<'generate-speech'> = {
  kind: 'generate-speech',
  doc: 'Reads a text aloud.',
  defaultDisplay: 'description',
  fields: {
    text: { shape: valueName, doc: 'Value that holds the text.', required: true },
    speechModel: { shape: setting('speechModel'), doc: 'Speech model, or a value that holds its id.', required: true },
    voice: { shape: setting('voice'), doc: 'Voice id, or a value that holds it.' },
    format: { shape: choice(...formats), doc: 'Audio format; `mp3` by default.' },
    instructions: { shape: setting('instructions'), doc: 'How to speak, or a value that says it.' },
    language: {
      shape: setting('language', languageShape),
      doc: 'Two-letter code such as `en`, or a value that holds it.',
    },
    speed: { shape: { kind: 'number', min: 0.25, max: 4 }, doc: 'Speed from 0.25 to 4.' },
    output: { ...outputField, doc: 'Variable that receives the URL.' },
    thread: mediaThreadField,
  },
  outputType: () => ({ kind: 'string', enum: undefined, const: undefined }),
  check: (block, checks) => checkTextType(entryOf(block, 'text'), checks),

  compile: (block, compiler) => ({
    text: readText(block, 'text')!,
    speechModel: compiler.setting<string>(block, 'speechModel')!,
    voice: compiler.setting<string>(block, 'voice'),
    format: formats.find((format) => format === readText(block, 'format')) ?? 'mp3',
    instructions: compiler.setting<string>(block, 'instructions'),
    language: compiler.setting<string>(block, 'language'),
    speed: readNumber(block, 'speed'),
    output: readText(block, 'output'),
    thread: compiler.thread(block),
  }),
};
