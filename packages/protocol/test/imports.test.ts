import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const source = join(import.meta.dirname, '../src');

test('the language reads no file, opens no connection and knows neither server nor engine', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
  const modules = files
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .flatMap((path) => [
      ...readFileSync(join(source, path), 'utf8').matchAll(/^(?:import|export|\}).*from '([^.'][^']*)';$/gm),
    ])
    .map(([, name]) => name);
  expect([...new Set(modules)].sort()).toEqual(['@octavus/core', 'yaml']);
});
