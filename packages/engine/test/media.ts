import type { GeneratedMedia, MediaFile, Transcript } from '@octavus/core';
import { anAgent, aProviderFailure, type ScriptedMediaStep, scriptedMedia } from '../src/testing/index.ts';
import { converse } from './converse.ts';

export const png: MediaFile = { mediaType: 'image/png', bytes: new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]) };
export const wav: MediaFile = { mediaType: 'audio/wav', bytes: new Uint8Array([4, 5]) };
export const made = (file: MediaFile, usage?: GeneratedMedia['usage']) => ({
  result: { file, ...(usage && { usage }) },
});
export const heard = (transcript: Partial<Transcript>) => ({ result: { text: '', segments: [], ...transcript } });
export const failed = (overrides: Parameters<typeof aProviderFailure>[0] = {}) => ({
  failure: aProviderFailure(overrides),
});

export function withBlocks(blocks: string, agent = '') {
  return anAgent(
    `
triggers:
  go:
    input:
      IDEA: { type: string, optional: true }
      PHOTOS: { type: 'file[]', optional: true }
      MODEL: { type: string, optional: true }
variables:
  URL: { type: string }
  TEXT: { type: string }
agent:
  model: test/talk
  system: system
  agentic: true
${agent}
handlers:
  go:
${blocks}
`,
    { system: 'You are kind.' },
  );
}

export const paint = `
    Paint:
      block: generate-image
      prompt: IDEA
      imageModel: openai/gpt-image-1
      aspectRatio: 16:9
      referenceImages: [PHOTOS]
      output: URL
      description: Painting
`;

export const go = (input: { [name: string]: unknown } = {}) => ({
  triggerName: 'go',
  input: { IDEA: 'A fern', ...input },
});

export function talk(
  agent: ReturnType<typeof anAgent>,
  steps: readonly ScriptedMediaStep[],
  replies: Parameters<typeof converse>[1] = [],
) {
  const media = scriptedMedia(steps);
  return { media, ...converse(agent, replies, { ports: { media } }) };
}
