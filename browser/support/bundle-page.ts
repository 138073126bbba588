import { rolldown } from 'rolldown';

/**
 * One script of a page and everything it imports: sources of the packages, and React's development build, whose Strict Mode
 * mounts everything twice.
 */
export async function bundlePage(entry: string): Promise<string> {
  const bundle = await rolldown({
    input: entry,
    platform: 'browser',
    resolve: { conditionNames: ['octavus-source', 'browser', 'import', 'default'] },
    transform: { define: { 'process.env.NODE_ENV': '"development"' } },
  });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  return output[0].code;
}
