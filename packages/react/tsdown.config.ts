import { defineConfig } from 'tsdown';

/** Every built file says that it belongs to the client, so that server components can import the package as it is. */
export default defineConfig({ banner: { js: "'use client';" } });
