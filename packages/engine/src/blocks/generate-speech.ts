import { makeSpeech } from '../media/make-media.ts';
import { readText } from '../media/media-values.ts';
import { runMediaBlock } from '../media/run-media-block.ts';
import { readSetting, requireSetting } from '../values/resolve-settings.ts';
import { blockScope } from '../values/scope.ts';
import type { BlockRunner } from './runner.ts';

/** Reads a text aloud (runtime-semantics.md 5.7). */
export const generateSpeech: BlockRunner<'generate-speech'> = {
  run: (block, run) =>
    runMediaBlock(run, block, () => {
      const scope = blockScope(run);
      const { format, speed, thread } = block;
      const text = readText(scope, block.text, 'text');
      const model = requireSetting('speechModel', block.speechModel, scope);
      const voice = readSetting('voice', block.voice, scope);
      const instructions = readSetting('instructions', block.instructions, scope);
      const language = readSetting('language', block.language, scope);
      return {
        input: {
          text,
          speechModel: model,
          format,
          ...(voice !== undefined && { voice }),
          ...(instructions !== undefined && { instructions }),
          ...(language !== undefined && { language }),
          ...(speed !== undefined && { speed }),
        },
        async make() {
          const file = await makeSpeech(run, { model, thread, text, voice, format, instructions, language, speed });
          return { output: file.url, file };
        },
      };
    }),
};
