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
    // Bytes are noted where they come in; an answer of another type than a stream of events is known by its parts alone.
    queue.touch();
    try {
      adapter.take(result.value);
    } catch (fault) {
      // Thrown on, it would end the process: nobody stands above a read.
      queue.fail(fault);
      return;
    }
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
