import { validationFailure } from '../execution/failure.ts';
import { toTimedLines, transcribe } from '../media/make-media.ts';
import { runMediaBlock } from '../media/run-media-block.ts';
import { toFiles } from '../values/file-values.ts';
import { readSetting, requireSetting } from '../values/resolve-settings.ts';
import { blockScope } from '../values/scope.ts';
import type { BlockRunner } from './runner.ts';

/** Writes down what is said in a file (runtime-semantics.md 5.7). */
export const transcribeAudio: BlockRunner<'transcribe-audio'> = {
  run: (block, run) =>
    runMediaBlock(run, block, () => {
      const scope = blockScope(run);
      const { thread, hasTimestamps } = block;
      const [audio] = toFiles(scope.find(block.audio));
      if (!audio) throw validationFailure(`${block.audio} is used as "audio" and holds no file`);
      const model = requireSetting('transcriptionModel', block.transcriptionModel, scope);
      const language = readSetting('language', block.language, scope);
      return {
        input: {
          audio: audio.url,
          transcriptionModel: model,
          ...(language !== undefined && { language }),
          timestamps: hasTimestamps,
        },
        async make() {
          const transcript = await transcribe(run, { model, thread, audio, language, hasTimestamps });
          return { output: hasTimestamps ? toTimedLines(transcript) : transcript.text };
        },
      };
    }),
};
