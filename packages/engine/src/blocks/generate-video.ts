import { makeVideo } from '../media/make-media.ts';
import { readText } from '../media/media-values.ts';
import { runMediaBlock } from '../media/run-media-block.ts';
import { toFiles } from '../values/file-values.ts';
import { requireSetting } from '../values/resolve-settings.ts';
import { blockScope } from '../values/scope.ts';
import type { BlockRunner } from './runner.ts';

/** Films one clip (runtime-semantics.md 5.7). */
export const generateVideo: BlockRunner<'generate-video'> = {
  run: (block, run) =>
    runMediaBlock(run, block, () => {
      const scope = blockScope(run);
      const { aspectRatio, durationSeconds, generateAudio, thread } = block;
      const prompt = readText(scope, block.prompt, 'prompt');
      const model = requireSetting('videoModel', block.videoModel, scope);
      const image = block.image === undefined ? undefined : toFiles(scope.find(block.image))[0];
      return {
        input: {
          prompt,
          videoModel: model,
          aspectRatio,
          ...(durationSeconds !== undefined && { durationSeconds }),
          generateAudio,
          ...(image && { image: image.url }),
        },
        async make() {
          const options = { aspectRatio, durationSeconds, generateAudio, image };
          const file = await makeVideo(run, { model, thread, prompt, ...options });
          return { output: file.url, file };
        },
      };
    }),
};
