import { enableCompileCache, flushCompileCache } from 'node:module';

// The only JavaScript here: with it the second start of the same code compiles nothing and does not even load what strips types,
// which saves half a second and 18 MB.
enableCompileCache();
const { runServer } = await import('./run-server.ts');
await runServer();
// Also for servers that are killed rather than stopped.
flushCompileCache();
