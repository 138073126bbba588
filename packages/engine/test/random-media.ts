import type {
  GeneratedMedia,
  MediaFile,
  MediaModel,
  MediaModels,
  MediaOutcome,
  ResolvedMedia,
  Transcript,
} from '@octavus/core';
import type { WebPage, WebSearch } from '../src/ports.ts';
import { aProviderFailure } from '../src/testing/index.ts';
import { createRandom } from './random.ts';

/** Models that make and read media, and fail at times; as `randomModels`, what they do depends on the request and the seed alone. */
export function randomMedia({ seed, canFail }: { readonly seed: number; readonly canFail: boolean }): MediaModels {
  async function run<Result>(request: unknown, result: (text: string) => Result): Promise<MediaOutcome<Result>> {
    await Promise.resolve();
    const random = createRandom(`${seed} ${JSON.stringify(request)}`);
    if (!canFail || !random.chance(0.2)) return { result: result(`${random.below(1e6)}`) };
    return { failure: aProviderFailure({ errorType: 'validation_error', retryable: false, code: 'TEST_400' }) };
  }
  const aModel = <Request, Result>(id: string, result: (text: string) => Result): MediaModel<Request, Result> => ({
    provider: 'test',
    id,
    run: (request) => run(request, result),
  });
  const making = (id: string, mediaType: string) =>
    aModel<never, GeneratedMedia>(id, (text) => ({ file: aFile(mediaType, text) }));
  const transcribing = (id: string) => aModel<never, Transcript>(id, (text) => ({ text, segments: [] }));
  return {
    resolveImage: (id) => ({ model: making(id, 'image/png') }) as ResolvedMedia<never>,
    resolveVideo: (id) => ({ model: making(id, 'video/mp4') }) as ResolvedMedia<never>,
    resolveSpeech: (id) =>
      ({ model: { ...making(id, 'audio/wav'), voices: [], formats: ['wav'] } }) as ResolvedMedia<never>,
    resolveTranscription: (id) => ({ model: transcribing(id) }) as ResolvedMedia<never>,
  };
}

function aFile(mediaType: string, text: string): MediaFile {
  const magic = mediaType === 'image/png' ? [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] : [];
  return { mediaType, bytes: new Uint8Array([...magic, ...new TextEncoder().encode(text)]) };
}

/** Finds the same pages for the same words, sometimes none, sometimes nothing at all. */
export function randomSearch({ seed, canFail }: { readonly seed: number; readonly canFail: boolean }): WebSearch {
  return {
    async search({ query, maxResults }) {
      await Promise.resolve();
      const random = createRandom(`${seed} ${query}`);
      if (canFail && random.chance(0.2)) return { problem: 'The search is down.' };
      const pages = Array.from({ length: random.below(3) }, (_, index): WebPage => {
        return { title: `Page ${index}`, url: `https://a.example/${index}`, snippet: query };
      });
      return { results: pages.slice(0, maxResults) };
    },
  };
}
