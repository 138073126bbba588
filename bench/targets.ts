import { median } from './load.ts';
import { type Measurement, peers } from './suite.ts';

/** A figure with what it has to reach. */
interface Target {
  readonly figure: string;
  readonly of: (measurement: Measurement) => number | undefined;
  readonly where: Partial<Measurement>;
  /** What the bar and the aim are relative to; absent: they are the figure itself. */
  readonly against?: 'floor' | 'aisdk';
  readonly bar: number;
  readonly aim: number;
  /** More is better. */
  readonly isRate?: boolean;
}

const cpuPerTurn = ({ turns }: Measurement) => turns?.cpuMsPerTurn;

const targets: readonly Target[] = [
  ...[8, 32, 128].map((concurrency) => ({
    figure: `CPU ms per turn, ${concurrency} users`,
    of: cpuPerTurn,
    where: { phase: 'run', concurrency },
    against: 'aisdk' as const,
    bar: 0.6,
    aim: 0.25,
  })),
  {
    figure: 'turns per second, 32 users',
    of: ({ turns }) => turns?.perSecond,
    where: { phase: 'run', concurrency: 32 },
    against: 'aisdk',
    bar: 1.5,
    aim: 4,
    isRate: true,
  },
  {
    figure: 'CPU ms per 1,000 tokens, one every 10 ms, 32 users',
    of: ({ turns }) => turns?.cpuMsPer1000Tokens,
    where: { phase: 'paced' },
    against: 'floor',
    bar: 4,
    aim: 2,
  },
  {
    figure: 'request sent to model called, 1 user, p50 ms',
    of: ({ turns }) => turns?.beforeModelMs?.p50,
    where: { phase: 'run', concurrency: 1 },
    bar: 2,
    aim: 1,
  },
  {
    figure: 'last token to stream closed, 1 user, p50 ms',
    of: ({ turns }) => turns?.tailMs?.p50,
    where: { phase: 'run', concurrency: 1 },
    bar: 2,
    aim: 1,
  },
  {
    figure: '1,000 slow streams: completed',
    of: ({ completed, peakUpstream }) => Math.min(completed, peakUpstream),
    where: { phase: 'hold', streams: 1000 },
    bar: 1000,
    aim: 1000,
    isRate: true,
  },
  {
    figure: 'the same: token lag p99 ms',
    of: ({ tokenLagMs }) => tokenLagMs?.p99,
    where: { phase: 'hold', streams: 1000 },
    bar: 30,
    aim: 15,
  },
  {
    figure: 'the same: memory per stream KB',
    of: ({ kbPerStream }) => kbPerStream,
    where: { phase: 'hold', streams: 1000 },
    bar: 150,
    aim: 90,
  },
  {
    figure: 'disk bytes per turn of a long conversation',
    of: ({ diskBytesPerTurn }) => diskBytesPerTurn,
    where: { phase: 'history' },
    bar: 6000,
    aim: 3000,
  },
  ...[8, 32, 128].map((concurrency) => ({
    figure: `sessions created per second, ${concurrency} at once`,
    of: ({ sessions }: Measurement) => sessions?.perSecond,
    where: { phase: 'run', concurrency },
    bar: 3000,
    aim: 6000,
    isRate: true,
  })),
  {
    figure: 'CPU of turn 200 against turn 1',
    of: ({ points }) => growth(points),
    where: { phase: 'history' },
    bar: 1.8,
    aim: 1.4,
  },
  {
    figure: 'npm start to first answer ms',
    of: ({ coldListenMs }) => coldListenMs,
    where: { phase: 'cold' },
    bar: 1200,
    aim: 600,
  },
  {
    figure: 'idle memory of the server MB',
    of: ({ processes }) => serverMegabytes(processes),
    where: { phase: 'cold' },
    bar: 150,
    aim: 110,
  },
];

interface Point {
  readonly turn: number;
  readonly cpuMs: number;
}

function growth(points: readonly Point[] | undefined): number | undefined {
  const at = (turn: number) => points?.find((point) => point.turn === turn)?.cpuMs;
  const [first, last] = [at(1), at(200)];
  return first && last ? last / first : undefined;
}

/** Of all its processes, without npm itself, which waits beside the server it started. */
function serverMegabytes(processes: readonly { rssMb: number; cmd: string }[] | undefined): number | undefined {
  const own = processes?.filter(({ cmd }) => !cmd.startsWith('npm ') && !cmd.startsWith('sh '));
  return own?.reduce((sum, { rssMb }) => sum + rssMb, 0);
}

/** The median of each figure for each peer that was measured; empty when none was. */
export function comparePeers(measurements: readonly Measurement[]): Record<string, string>[] {
  const measured = peers.filter((peer) => measurements.some(({ system }) => system === peer));
  if (measured.length === 0) return [];
  return targets.map((target) => {
    const columns = measured.map((peer) => [
      peer,
      show(find(target, measurements, configuredFor(target, peer, measurements))),
    ]);
    return { figure: target.figure, ...Object.fromEntries(columns) };
  });
}

/** The growth with the history is that of the configuration that sends the whole of it, where the peer does not by itself. */
function configuredFor({ where }: Target, peer: string, measurements: readonly Measurement[]): string {
  const full = `${peer}-full`;
  return where.phase === 'history' && measurements.some(({ system }) => system === full) ? full : peer;
}

/** The median of each figure and of its ratios, each to what was measured in the same repetition. */
export function compare(measurements: readonly Measurement[]): Record<string, string>[] {
  return targets.map((target) => describe(target, measurements));
}

function describe(target: Target, measurements: readonly Measurement[]): Record<string, string> {
  const { figure, against, bar, aim, isRate = false } = target;
  const own = find(target, measurements, 'octavus');
  const others = { floor: find(target, measurements, 'floor'), aisdk: find(target, measurements, 'aisdk') };
  const ratios = against ? ratiosOf(own, others[against]) : own;
  const reached = against && ratios.size === 0 ? undefined : median([...ratios.values()]);
  return {
    figure,
    floor: show(others.floor),
    library: show(others.aisdk),
    Octavus: show(own),
    ratio: against ? (reached === undefined ? 'not measured' : `${round(reached)} of ${names[against]}`) : '',
    bar: String(bar),
    aim: String(aim),
    reached: reached === undefined ? '' : grade(isRate ? -reached : reached, isRate ? [-bar, -aim] : [bar, aim]),
  };
}

const names = { floor: 'floor', aisdk: 'library' };

function grade(value: number, [bar, aim]: readonly [number, number]): string {
  if (value <= aim) return 'aim';
  return value <= bar ? 'bar' : 'no';
}

type ByRepetition = ReadonlyMap<number, number>;

/** By repetition; of the floor the run right before Octavus, where there is one. */
function find({ of, where }: Target, measurements: readonly Measurement[], system: string): ByRepetition {
  const values = new Map<number, number>();
  for (const measurement of measurements) {
    const fits = Object.entries(where).every(([name, value]) => measurement[name] === value);
    if (!fits || measurement.system !== system) continue;
    if (system === 'floor' && measurement.with !== 'octavus' && values.has(measurement.rep)) continue;
    const value = of(measurement);
    if (typeof value === 'number' && Number.isFinite(value)) values.set(measurement.rep, value);
  }
  return values;
}

function ratiosOf(own: ByRepetition, other: ByRepetition): ByRepetition {
  const ratios = new Map<number, number>();
  for (const [repetition, value] of own) {
    const reference = other.get(repetition);
    if (reference) ratios.set(repetition, value / reference);
  }
  return ratios;
}

function show(values: ByRepetition): string {
  return values.size === 0 ? '' : round(median([...values.values()]));
}

const round = (value: number): string => (value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3))));
