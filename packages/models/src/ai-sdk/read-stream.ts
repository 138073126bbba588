import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { PartQueue } from '../stream/part-queue.ts';
import { PartAdapter, type PartAdapterOptions } from './adapt-part.ts';

/**
 * Connects the stream of an AI SDK model to a queue. It is read only while the queue is hungry; what the provider sent in one go
 * resolves in one turn of the event loop and so becomes one batch.
 */
export function readStream(
  stream: ReadableStream<LanguageModelV4StreamPart>,
  queue: PartQueue,
  options: PartAdapterOptions,
): void {
  const reader = stream.getReader();
  const adapter = new PartAdapter(queue, options);
  let isReading = false;
  const read = (): void => {
    isReading = true;
    reader.read().then(onRead, onError);
  };
  const onRead = (result: Awaited<ReturnType<typeof reader.read>>): void => {
    isReading = false;
    if (result.done) {
      queue.end();
      return;
    }
    queue.touch();
    adapter.take(result.value);
    queue.flushSoon();
    if (queue.isHungry) read();
  };
  const onError = (error: unknown): void => {
    isReading = false;
    queue.fail(error);
  };
  queue.connect(() => {
    if (!isReading) read();
  });
}
