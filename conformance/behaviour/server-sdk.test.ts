import { pathToFileURL } from 'node:url';
import * as published from '@octavus/server-sdk';
import { describe, expect, test } from 'vitest';
import { apiScenarios } from './apis.ts';
import { observe, type Sdk } from './scenario.ts';
import { streamScenarios } from './streams.ts';

/** Not imported by name: that is the published one, whose types both must fit. */
const ours = (await import(pathToFileURL(`${import.meta.dirname}/../../packages/server-sdk/src/index.ts`).href)) as Sdk;

/** Two copies of one package would agree about everything. */
test('the packages are two', () => {
  expect(ours.OctavusClient).not.toBe(published.OctavusClient);
});

test('everything that is published is there', () => {
  expect(Object.keys(published).filter((name) => !Object.hasOwn(ours, name))).toEqual([]);
});

const scenarios = [...streamScenarios, ...apiScenarios];

describe('the published package and ours show the same', () => {
  test.each(scenarios.filter(({ differs }) => !differs))('$name', async (scenario) => {
    expect(await observe(ours, scenario)).toEqual(await observe(published, scenario));
  });
});

describe('the published package and ours differ, and why', () => {
  const differing = scenarios.flatMap((scenario) =>
    scenario.differs ? [{ ...scenario, differs: scenario.differs }] : [],
  );
  test.each(differing)('$name: $differs.because', async ({ differs, ...scenario }) => {
    expect(await observe(published, scenario)).toEqual(differs.published);
    expect(await observe(ours, scenario)).toEqual(differs.ours);
  });
});
