import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useCallback, useLayoutEffect, useRef } from 'react';
import { type AnyMessage, Message } from './message.tsx';

/** Height of a message that was not measured yet, in pixels. */
const estimatedHeight = 110;

/** Nearer to the end than this, in pixels, the reader follows what comes. */
const followDistance = 80;

/**
 * A conversation, at its end until somebody scrolls away. Only messages near the part in sight are in the document, so ten thousand
 * cost what ten do.
 */
export function Conversation({ messages }: { readonly messages: readonly AnyMessage[] }) {
  const scroller = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count: messages.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => estimatedHeight,
    getItemKey: useKeyOf(messages),
    overscan: 5,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: followDistance,
  });
  const isEmpty = messages.length === 0;
  useLayoutEffect(() => {
    if (!isEmpty) virtualizer.scrollToEnd();
  }, [virtualizer, isEmpty]);
  if (isEmpty) return null;
  // The browser's own way to the end is given up as soon as a message on the way turns out higher than it was thought to be.
  const jump = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || (event.key !== 'Home' && event.key !== 'End')) return;
    event.preventDefault();
    if (event.key === 'End') virtualizer.scrollToEnd();
    else virtualizer.scrollToIndex(0);
  };
  return (
    <section
      ref={scroller}
      aria-label="Conversation"
      // What scrolls can be reached by keyboard (WCAG 2.1.1).
      tabIndex={0}
      onKeyDown={jump}
      className="relative mb-4 max-h-[65dvh] overflow-y-auto [overflow-anchor:none]"
    >
      <ol className="relative w-full" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, key, start }) => (
          <li
            key={key}
            ref={virtualizer.measureElement}
            data-index={index}
            aria-posinset={index + 1}
            aria-setsize={messages.length}
            className="absolute inset-x-0 top-0 pr-2 pb-4 pl-1"
            style={{ transform: `translateY(${start}px)` }}
          >
            <Message message={messages[index] as AnyMessage} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The same function while the messages are the same ones, however the last one grows: with another one, all are placed anew. */
function useKeyOf(messages: readonly AnyMessage[]): (index: number) => string {
  const latest = useRef(messages);
  latest.current = messages;
  const order = `${messages.length} ${messages[0]?.id} ${messages.at(-1)?.id}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the order of the messages is what the keys depend on
  return useCallback((index) => latest.current[index]?.id ?? String(index), [order]);
}
