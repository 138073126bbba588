/** Where a container was scrolled to when it was last looked at. */
interface Geometry {
  readonly top: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
}

/**
 * Keeps a container at its bottom while content grows, until the reader scrolls away, and again once the reader comes back.
 * Holds no element: every method is told which one.
 */
export class ScrollFollower {
  /** Distance to the bottom in pixels that still counts as being there. */
  threshold = 80;
  #isFollowing = true;
  #seen: Geometry | undefined;
  #touchY: number | undefined;

  /** A scroll event, of the reader or of a layout change. */
  onScroll(container: HTMLElement): void {
    const { scrollTop: top, scrollHeight, clientHeight } = container;
    const seen = this.#seen;
    if (this.#isNearBottom(container)) this.#isFollowing = true;
    else if (seen && top < seen.top && scrollHeight === seen.scrollHeight && clientHeight === seen.clientHeight) {
      this.#isFollowing = false;
    }
    this.#record(container);
  }

  onWheel(container: HTMLElement, target: unknown, deltaY: number): void {
    if (deltaY < 0 && scrolls(container, target)) this.#isFollowing = false;
  }

  onTouchStart(y: number | undefined): void {
    this.#touchY = y;
  }

  /** A finger that moves down pulls the content down: towards its top. */
  onTouchMove(container: HTMLElement, target: unknown, y: number | undefined): void {
    const isDown = y !== undefined && this.#touchY !== undefined && y > this.#touchY;
    this.#touchY = y;
    if (isDown && scrolls(container, target)) this.#isFollowing = false;
  }

  /** New content was rendered. */
  onUpdate(container: HTMLElement): void {
    if (this.#isFollowing) this.pin(container);
    else if (this.#isNearBottom(container)) this.#isFollowing = true;
  }

  /** Something changed its size. */
  onResize(container: HTMLElement): void {
    if (this.#isFollowing) this.pin(container);
  }

  reset(): void {
    this.#isFollowing = true;
  }

  pin(container: HTMLElement): void {
    container.scrollTop = container.scrollHeight;
    this.#record(container);
  }

  #isNearBottom({ scrollTop, scrollHeight, clientHeight }: HTMLElement): boolean {
    return scrollHeight - scrollTop - clientHeight <= this.threshold;
  }

  #record({ scrollTop, scrollHeight, clientHeight }: HTMLElement): void {
    this.#seen = { top: scrollTop, scrollHeight, clientHeight };
  }
}

/** Whether scrolling up over `target` moves the container, and not something scrollable inside it or outside the document tree. */
function scrolls(container: HTMLElement, target: unknown): boolean {
  if (container.scrollHeight <= container.clientHeight) return false;
  if (!(target instanceof Node) || !container.contains(target)) return false;
  for (let node: Node | null = target; node && node !== container; node = node.parentNode) {
    if (node instanceof Element && takesScroll(node)) return false;
  }
  return true;
}

function takesScroll(element: Element): boolean {
  if (element.scrollHeight <= element.clientHeight || element.scrollTop <= 0) return false;
  return ['auto', 'scroll', 'overlay'].includes(getComputedStyle(element).overflowY);
}
