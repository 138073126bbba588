import { useAutoScroll } from '@octavus/react';
import { StrictMode, useEffect, useState } from 'react';
import { createPortal, flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';

if (location.search === '?noResizeObserver') Object.assign(window, { ResizeObserver: undefined });

function Page() {
  const [count, setCount] = useState(20);
  const [isOther, setOther] = useState(false);
  const { scrollRef, contentRef, scrollOnUpdate, resetAutoScroll, ...handlers } = useAutoScroll({ threshold: 20 });
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls after lines were added
  useEffect(() => scrollOnUpdate(), [scrollOnUpdate, count]);
  Object.assign(window, {
    add: () => flushSync(() => setCount((before) => before + 1)),
    swap: () => flushSync(() => setOther((before) => !before)),
    reset: resetAutoScroll,
  });
  return (
    <div
      // Another element at times: the hook has to notice.
      key={String(isOther)}
      id="container"
      ref={scrollRef}
      style={{ height: 100, overflow: 'auto' }}
      onScroll={handlers.handleScroll}
      onWheel={handlers.handleWheel}
      onTouchStart={handlers.handleTouchStart}
      onTouchMove={handlers.handleTouchMove}
    >
      <div id="content" ref={contentRef}>
        {Array.from({ length: count }, (_, line) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are only added
          <p key={line}>Line {line}</p>
        ))}
        <div id="nested" style={{ height: 40, overflowY: 'auto' }}>
          <div style={{ height: 400 }}>Nested</div>
        </div>
      </div>
      {createPortal(<div id="portal">Portal</div>, document.body)}
    </div>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
