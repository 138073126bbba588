import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { measureChat, measureStructuredOutput } from './chat.ts';
import { describeDisk, measureDisk } from './disk.ts';
import { measureLanguage } from './language.ts';
import { median } from './load.ts';
import { describeLoad, measureLoads } from './loads.ts';
import { describeLongSession, measureLongSession } from './long-session.ts';
import { describeManyTurns, measureManyTurns } from './many-turns.ts';
import { toMarkdown } from './markdown.ts';
import { describeOverload, measureOverload } from './overload.ts';
import { describePostgres, measurePostgres } from './postgres.ts';
import { measureReads } from './reads.ts';
import { measureStarts } from './server.ts';
import { describeStored, measureStored } from './stored.ts';
import { findHarness, runSuite } from './suite.ts';
import { compare, comparePeers } from './targets.ts';

const { values } = parseArgs({
  options: {
    repetitions: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    starts: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const repetitions = Number(values.repetitions);
const seconds = Number(values.seconds);

/** One part of the benchmark: its figures, and the tables that show them. */
interface Part {
  /** @returns the figures; `undefined` when something it needs is not there. */
  measure(): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: each part describes what it measured itself
  describe(figures: any): string;
}

async function repeatedly<Figures>(measure: () => Promise<Figures>): Promise<Figures[]> {
  const runs: Figures[] = [];
  while (runs.length < repetitions) runs.push(await measure());
  return runs;
}

const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MiB`;

const parts: Readonly<Record<string, Part>> = {
  suite: {
    measure: () => {
      const harness = findHarness();
      return harness && runSuite(harness, { repetitions, seconds });
    },
    describe: (measurements) =>
      [compare(measurements), comparePeers(measurements)]
        .filter((rows) => rows.length > 0)
        .map(toMarkdown)
        .join('\n\n'),
  },
  starts: {
    measure: () => measureStarts(Number(values.starts)),
    describe: (starts: Awaited<ReturnType<typeof measureStarts>>) =>
      `Start to first answered request: ${median(starts.map((start) => start.firstAnswerMs)).toFixed(0)} ms; ` +
      `idle memory: ${megabytes(median(starts.map((start) => start.idleBytes)))}`,
  },
  loads: { measure: () => measureLoads(repetitions, seconds), describe: (rows) => toMarkdown(rows.map(describeLoad)) },
  reads: {
    measure: () => repeatedly(measureReads),
    describe: (rates: number[]) => `GET of a session, 8 clients: ${median(rates).toFixed(0)} a second`,
  },
  stored: { measure: measureStored, describe: (figures) => toMarkdown(describeStored(figures)) },
  disk: { measure: () => repeatedly(measureDisk), describe: describeDisk },
  'many-turns': {
    measure: () => repeatedly(measureManyTurns),
    describe: (figures) => toMarkdown(describeManyTurns(figures)),
  },
  postgres: {
    measure: () => measurePostgres(repetitions),
    describe: (figures) => toMarkdown(describePostgres(figures)),
  },
  overload: {
    measure: () => repeatedly(measureOverload),
    describe: (figures) => toMarkdown(describeOverload(figures)),
  },
  'long-session': { measure: measureLongSession, describe: (figures) => toMarkdown(describeLongSession(figures)) },
  language: {
    measure: measureLanguage,
    describe: (rows: ReturnType<typeof measureLanguage>) =>
      toMarkdown(
        rows.map(({ input, target, milliseconds }) => ({
          'validation of': input,
          'target ms': target,
          ms: milliseconds.toFixed(1),
        })),
      ),
  },
  chat: {
    measure: measureChat,
    describe: (rows: Awaited<ReturnType<typeof measureChat>>) =>
      toMarkdown(
        rows.map(({ event, short, long }) => ({
          'client-sdk, one event': event,
          '10 messages µs': short.toFixed(2),
          '10,000 messages µs': long.toFixed(2),
        })),
      ),
  },
  structured: {
    measure: async () => ({
      oneMegabyteMs: await measureStructuredOutput(2 ** 20),
      twoMegabytesMs: await measureStructuredOutput(2 ** 21),
    }),
    describe: ({ oneMegabyteMs, twoMegabytesMs }: { oneMegabyteMs: number; twoMegabytesMs: number }) =>
      `Structured output: 1 MiB in ${oneMegabyteMs.toFixed(0)} ms, 2 MiB in ${twoMegabytesMs.toFixed(0)} ms`,
  },
};

const missing: Readonly<Record<string, string>> = {
  suite: 'not measured: the harness is in no folder that BENCH_HARNESS names, nor in ../shared/bench',
  postgres: 'not measured: OCTAVUS_TEST_POSTGRES_URL names no PostgreSQL',
};

const wanted = values.only === '' ? Object.keys(parts) : values.only.split(',');
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}. The parts are: ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}
const [{ model } = { model: 'unknown' }] = cpus();
if (!values.json) console.log(`Node.js ${process.version}, ${cpus().length} x ${model}`);
const all: Record<string, unknown> = {};
for (const name of wanted) {
  const part = parts[name]!;
  const figures = await part.measure();
  all[name] = figures;
  if (!values.json) console.log(`\n${name}\n\n${figures === undefined ? missing[name] : part.describe(figures)}`);
}
if (values.json) console.log(JSON.stringify({ node: process.version, cpus: cpus().length, model, ...all }));
