import { enableCompileCache, flushCompileCache } from 'node:module';

// The only JavaScript here: with it the second start of the same code compiles nothing and does not even load what strips types,
// which saves half a second and 18 MB.
enableCompileCache();
const { runServer } = await import('./run-server.ts');
await runServer();
// Also for servers that are killed rather than stopped.
flushCompileCache();
// Starting leaves garbage and room for more of it behind, 20 MB that an idle server does not need (`npm run bench`, idle memory).
globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
