import { enableCompileCache } from 'node:module';

// Before anything else is loaded: the second start of the same code compiles nothing.
enableCompileCache();
const { runServer } = await import('./run-server.ts');
await runServer();
