import { pathToFileURL } from 'node:url';
import * as published from '@octavus/client-sdk';
import * as publishedReact from '@octavus/react';
import { describe, expect, test } from 'vitest';
import { chatDefects } from './chat-defects.ts';
import { chatDifferences } from './chat-differences.ts';
import { type ClientSdk, observeChat } from './chat-scenario.ts';
import { chatScenarios } from './chats.ts';

const sources = `${import.meta.dirname}/../../packages`;
/** Not imported by name: that is the published one, whose types both must fit. */
const ours = (await import(pathToFileURL(`${sources}/client-sdk/src/index.ts`).href)) as ClientSdk;

/** Two copies of one package would agree about everything. */
test('the packages are two', () => {
  expect(ours.OctavusChat).not.toBe(published.OctavusChat);
});

test('everything that is published is there', async () => {
  const oursReact: object = await import(pathToFileURL(`${sources}/react/src/index.ts`).href);
  expect(Object.keys(published).filter((name) => !Object.hasOwn(ours, name))).toEqual([]);
  expect(Object.keys(publishedReact).filter((name) => !Object.hasOwn(oursReact, name))).toEqual([]);
});

describe('the published chat and ours show the same', () => {
  test.each(chatScenarios)('$name', async (scenario) => {
    expect(await observeChat(ours, scenario)).toEqual(await observeChat(published, scenario));
  });
});

describe('the published chat and ours differ, and why', () => {
  test.each([...chatDifferences, ...chatDefects])(
    '$name: $because',
    async ({ published: theirs, ours: mine, ...scenario }) => {
      expect(await observeChat(published, scenario)).toEqual(theirs);
      expect(await observeChat(ours, scenario)).toEqual(mine);
    },
  );
});
