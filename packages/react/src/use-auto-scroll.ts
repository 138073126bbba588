import {
  type RefCallback,
  type RefObject,
  type TouchEvent,
  type UIEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  type WheelEvent,
} from 'react';
import { ScrollFollower } from './scroll-follower.ts';

export interface UseAutoScrollOptions {
  /** The scroll container's, when you have one already. */
  scrollRef?: RefObject<HTMLDivElement | null>;
  /** Distance to the bottom in pixels that still counts as being there. Default 80. */
  threshold?: number;
}

export interface UseAutoScrollReturn {
  /** For the scroll container: the given one, or one of its own. Not a `RefObject`, whose types differ between React 18 and 19. */
  scrollRef: { readonly current: HTMLDivElement | null };
  /** For the element around the content; with it, content that grows by itself is followed too. */
  contentRef: RefCallback<HTMLElement>;
  handleScroll: (event: UIEvent) => void;
  handleWheel: (event: WheelEvent) => void;
  handleTouchStart: (event: TouchEvent) => void;
  handleTouchMove: (event: TouchEvent) => void;
  /** Call it after messages changed. */
  scrollOnUpdate: () => void;
  /** Follows again from the next update on, such as after the reader sent something. */
  resetAutoScroll: () => void;
}

/**
 * Keeps a chat scrolled to its end while it grows, and leaves the reader alone who scrolls away. Everything returned keeps its
 * identity.
 */
export function useAutoScroll(options: UseAutoScrollOptions = {}): UseAutoScrollReturn {
  const ownRef = useRef<HTMLDivElement | null>(null);
  const scrollRef = options.scrollRef ?? ownRef;
  const [follower] = useState(() => new ScrollFollower());
  const latest = useRef(scrollRef);
  const content = useRef<HTMLElement | null>(null);

  useEffect(() => {
    latest.current = scrollRef;
    follower.threshold = options.threshold ?? 80;
  });
  useFollowedSizes(follower, latest, content);

  const contentRef = useCallback((element: HTMLElement | null) => {
    content.current = element;
  }, []);
  const handlers = useMemo(() => {
    const withContainer = (act: (container: HTMLElement) => void) => {
      if (latest.current.current) act(latest.current.current);
    };
    return {
      handleScroll: (event: UIEvent) => {
        // A scroll of something inside bubbles up to here.
        if (event.target === event.currentTarget) withContainer((container) => follower.onScroll(container));
      },
      handleWheel: ({ target, deltaY }: WheelEvent) =>
        withContainer((container) => follower.onWheel(container, target, deltaY)),
      handleTouchStart: ({ touches }: TouchEvent) => follower.onTouchStart(touches[0]?.clientY),
      handleTouchMove: ({ target, touches }: TouchEvent) =>
        withContainer((container) => follower.onTouchMove(container, target, touches[0]?.clientY)),
      scrollOnUpdate: () => withContainer((container) => follower.onUpdate(container)),
      resetAutoScroll: () => follower.reset(),
    };
  }, [follower]);

  return { scrollRef, contentRef, ...handlers };
}

/** Watches the sizes of container and content, whichever elements these are after a render. */
function useFollowedSizes(
  follower: ScrollFollower,
  container: RefObject<RefObject<HTMLElement | null>>,
  content: RefObject<HTMLElement | null>,
): void {
  const observer = useRef<ResizeObserver | undefined>(undefined);
  const observed = useRef<(HTMLElement | null)[]>([]);

  useEffect(() => {
    if (typeof ResizeObserver === 'undefined') return;
    observer.current = new ResizeObserver(() => {
      const element = container.current.current;
      if (element) follower.onResize(element);
    });
    return () => {
      observer.current?.disconnect();
      observer.current = undefined;
      observed.current = [];
    };
  }, [follower, container]);

  useEffect(() => {
    const elements = [container.current.current, content.current];
    if (!observer.current || elements.every((element, index) => element === observed.current[index])) return;
    observer.current.disconnect();
    observed.current = elements;
    for (const element of elements) if (element) observer.current.observe(element);
  });
}
