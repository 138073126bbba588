import { makeImage } from '../media/make-media.ts';
import { readText } from '../media/media-values.ts';
import { runMediaBlock } from '../media/run-media-block.ts';
import { toFiles } from '../values/file-values.ts';
import { requireSetting } from '../values/resolve-settings.ts';
import { blockScope } from '../values/scope.ts';
import type { BlockRunner } from './runner.ts';

/** Paints one picture, or edits others (runtime-semantics.md 5.7). */
export const generateImage: BlockRunner<'generate-image'> = {
  run: (block, run) =>
    runMediaBlock(run, block, () => {
      const scope = blockScope(run);
      const { aspectRatio, resolution, thread } = block;
      const prompt = readText(scope, block.prompt, 'prompt');
      const model = requireSetting('imageModel', block.imageModel, scope);
      const references = block.referenceImages.flatMap((name) => toFiles(scope.find(name)));
      return {
        input: {
          prompt,
          imageModel: model,
          aspectRatio,
          ...(resolution !== undefined && { resolution }),
          ...(references.length > 0 && { referenceImages: references.map(({ url }) => url) }),
        },
        async make() {
          const file = await makeImage(run, { model, thread, prompt, aspectRatio, resolution, references });
          return { output: file.url, file };
        },
      };
    }),
};
