import { join } from 'node:path';
import type { NextConfig } from 'next';

const root = join(import.meta.dirname, '../..');

/** The packages are linked from this repository, so that is where modules may be. */
export default { turbopack: { root }, outputFileTracingRoot: root } satisfies NextConfig;
