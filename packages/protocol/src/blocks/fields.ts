import { type Field, type Fields, type Shape, text } from '../shape/shape.ts';

/** Keys that several block kinds share (protocol-language.md 2.11). */
export const threadField: Field = { shape: text('thread'), doc: 'Thread it works on; `main` by default.' };
export const outputField: Field = { shape: text('output'), doc: 'Variable that receives the result.' };
export const mediaThreadField: Field = { shape: text('thread'), doc: 'Thread where the file is recorded.' };

export const valueName = text('value');
export const valueNames: Shape = { kind: 'list', of: text('value'), allowsOne: true, isSet: true };

export const messageFields = {
  prompt: { shape: text('prompt'), doc: 'Template of the text.', required: true },
  input: { shape: { kind: 'input-mapping' }, doc: 'Labels the template can use.' },
} satisfies Fields;

export const languageShape: Shape = {
  kind: 'pattern',
  pattern: /^[a-z]{2}$/,
  allowed: 'the two-letter language codes of ISO 639-1, such as "en"',
};
