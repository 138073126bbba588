import { defineConfig } from 'tsdown';

/** One program. What it needs of the language, the engine and the models is inside it; what npm installs is what `dependencies` names. */
export default defineConfig({
  entry: ['src/octavus.ts'],
  format: 'esm',
  unbundle: false,
  platform: 'node',
  target: 'node18',
  dts: false,
  sourcemap: false,
  fixedExtension: false,
  deps: { alwaysBundle: [/^@octavus\//] },
  // Sources, not what another build may be writing at this moment.
  inputOptions: { resolve: { conditionNames: ['octavus-source', 'import', 'node', 'default'] } },
});
