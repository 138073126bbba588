import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { AnswerSpec } from './answer.ts';
import { measureChat, measureStructuredOutput } from './chat.ts';
import { measureLanguage } from './language.ts';
import { type LoadResult, quantile, runLoad } from './load.ts';
import { describeLongSession, measureLongSession } from './long-session.ts';
import { toMarkdown } from './markdown.ts';
import { startProcess } from './process.ts';
import { measureStarts, startOctavus } from './server.ts';
import { floorSystem, octavusSystem } from './system.ts';

/** The kinds of load; each is measured on the floor and on Octavus in turn, so that both meet the same moment of a shared machine. */
interface Phase {
  readonly name: string;
  readonly spec: AnswerSpec;
  readonly users: number;
}

const phases: readonly Phase[] = [
  { name: '50 tokens at once, 1 user', spec: { tokens: 50, pauseMs: 0 }, users: 1 },
  { name: '50 tokens at once, 8 users', spec: { tokens: 50, pauseMs: 0 }, users: 8 },
  { name: '50 tokens at once, 32 users', spec: { tokens: 50, pauseMs: 0 }, users: 32 },
  { name: '50 tokens, one every 10 ms, 32 users', spec: { tokens: 50, pauseMs: 10 }, users: 32 },
];

const { values } = parseArgs({
  options: {
    repetitions: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    starts: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});

interface Row {
  readonly phase: string;
  readonly floor: readonly LoadResult[];
  readonly octavus: readonly LoadResult[];
}

async function measurePhases(repetitions: number, seconds: number): Promise<Row[]> {
  await using model = await startProcess(['bench/model.ts'], 'model ');
  const modelUrl = model.line.slice('model '.length);
  await using floorProcess = await startProcess(['bench/floor.ts'], 'floor ', { MODEL_URL: modelUrl });
  await using server = await startOctavus(modelUrl);
  const floor = floorSystem(floorProcess.line.slice('floor '.length), floorProcess.pid);
  const octavus = await octavusSystem(server.url, server.pid, server.key);
  const rows: Row[] = [];
  for (const { name, spec, users } of phases) {
    const results = { floor: [] as LoadResult[], octavus: [] as LoadResult[] };
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      const options = { spec, users, seconds, warmupSeconds: 2 };
      results.floor.push(await runLoad(floor, options));
      results.octavus.push(await runLoad(octavus, options));
    }
    rows.push({ phase: name, ...results });
  }
  return rows;
}

function median(numbers: readonly number[]): number {
  return quantile(
    numbers.toSorted((one, other) => one - other),
    0.5,
  );
}

const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MiB`;

/** Every figure is the median of the repetitions; the ratio is that of the pairs measured one after the other. */
function describeRow({ phase, floor, octavus }: Row): Record<string, string | number> {
  const of = (results: readonly LoadResult[], figure: (result: LoadResult) => number) => median(results.map(figure));
  const ratios = octavus.map((result, index) => result.cpuMsPerTurn / (floor[index]?.cpuMsPerTurn ?? Number.NaN));
  return {
    load: phase,
    'floor CPU ms/turn': of(floor, (result) => result.cpuMsPerTurn).toFixed(2),
    'CPU ms/turn': of(octavus, (result) => result.cpuMsPerTurn).toFixed(2),
    '× floor': median(ratios).toFixed(1),
    'turns/s': of(octavus, (result) => result.turnsPerSecond).toFixed(0),
    'first text p50 ms': of(octavus, (result) => result.firstTextMs.p50).toFixed(1),
    'p99 ms': of(octavus, (result) => result.firstTextMs.p99).toFixed(1),
    RSS: megabytes(of(octavus, (result) => result.residentBytes)),
  };
}

const language = measureLanguage();
const chat = await measureChat();
const structured = {
  oneMegabyteMs: await measureStructuredOutput(2 ** 20),
  twoMegabytesMs: await measureStructuredOutput(2 ** 21),
};
const starts = await measureStarts(Number(values.starts));
const longSession = await measureLongSession();
const rows = await measurePhases(Number(values.repetitions), Number(values.seconds));
if (values.json) {
  console.log(
    JSON.stringify({
      node: process.version,
      cpus: cpus().length,
      language,
      chat,
      structured,
      starts,
      longSession,
      rows,
    }),
  );
} else {
  const [{ model } = { model: 'unknown' }] = cpus();
  console.log(`Node.js ${process.version}, ${cpus().length} x ${model}\n`);
  const validations = language.map(({ input, target, milliseconds }) => ({
    'validation of': input,
    'target ms': target,
    ms: milliseconds.toFixed(1),
  }));
  console.log(`${toMarkdown(validations)}\n`);
  const events = chat.map(({ event, short, long }) => ({
    'client-sdk, one event': event,
    '10 messages µs': short.toFixed(2),
    '10,000 messages µs': long.toFixed(2),
  }));
  console.log(`${toMarkdown(events)}\n`);
  const { oneMegabyteMs, twoMegabytesMs } = structured;
  console.log(`Structured output: 1 MiB in ${oneMegabyteMs.toFixed(0)} ms, 2 MiB in ${twoMegabytesMs.toFixed(0)} ms\n`);
  console.log(`Start to first answered request: ${median(starts.map((start) => start.firstAnswerMs)).toFixed(0)} ms`);
  console.log(`Idle memory: ${megabytes(median(starts.map((start) => start.idleBytes)))}\n`);
  console.log(`${toMarkdown(describeLongSession(longSession))}\n`);
  console.log(toMarkdown(rows.map(describeRow)));
}
