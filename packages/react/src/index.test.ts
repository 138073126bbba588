import * as sdk from '@octavus/client-sdk';
import { expect, test } from 'vitest';
import * as react from './index.ts';

test('the exported values are those of the client SDK and three hooks', () => {
  const own = Object.keys(react).filter((name) => !(name in sdk));
  expect(own.sort()).toEqual(['OctavusChatProvider', 'useAutoScroll', 'useOctavusChat', 'useOctavusObject']);
  expect(Object.keys(react)).toHaveLength(Object.keys(sdk).length + own.length);
});
