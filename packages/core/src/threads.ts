/** The thread that every session has. */
export const MAIN_THREAD = 'main';

/** The thread's name; absent means main. */
export function resolveThread(thread: string | undefined): string {
  return thread ?? MAIN_THREAD;
}

/** Whether a name means the main thread; absent does. */
export function isMainThread(thread: string | undefined): boolean {
  return thread === undefined || thread === MAIN_THREAD;
}

/** What a part of that thread carries as `thread`: nothing on the main one. */
export function threadForPart(thread: string | undefined): string | undefined {
  return isMainThread(thread) ? undefined : thread;
}

/** Whether a part belongs to a thread other than the main one. */
export function isOtherThread(part: { thread?: string }): boolean {
  return !isMainThread(part.thread);
}
