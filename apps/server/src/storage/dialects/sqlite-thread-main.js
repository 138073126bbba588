import { enableCompileCache } from 'node:module';

// JavaScript for the same reason as `main.js`: a thread has its own compile cache, without which stripping types costs it 20 MB.
enableCompileCache();
await import('./sqlite-thread.ts');
