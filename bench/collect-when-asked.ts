/**
 * Loaded into a server before its own code (`--import`): whenever the parent process asks, it collects its garbage and tells what is left.
 * What a server keeps and what it has not collected yet look the same from the outside.
 */
process.on('message', () => {
  globalThis.gc?.();
  process.send?.(process.memoryUsage());
});
// Listening alone must not keep the process from ending.
process.channel?.unref();
