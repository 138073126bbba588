import { Agent } from 'node:http';
import { median, runTurns } from './load.ts';
import { toMarkdown } from './markdown.ts';
import { startProcess } from './process.ts';
import { get } from './reads.ts';
import { startOctavus } from './server.ts';
import { octavusSystem, type System } from './system.ts';

/** What each request costs with few and with many sessions stored, in milliseconds. */
const few = 100;
const many = 100_000;
const repetitions = 5;
/** Requests one after the other in a repetition; a repetition's figure is their median. */
const requests = 200;

interface Costs {
  readonly create: number;
  readonly trigger: number;
  readonly read: number;
  readonly list: number;
}

export interface StoredFigures {
  readonly few: Costs;
  readonly many: Costs;
}

/** Two servers side by side, one with 100 sessions and one with 100,000, measured in turn: both meet the same moments of the machine. */
export async function measureStored(): Promise<StoredFigures> {
  await using model = await startProcess(['bench/model.ts'], 'model ');
  const modelUrl = model.line.slice('model '.length);
  await using small = await startOctavus(modelUrl);
  await using large = await startOctavus(modelUrl);
  const systems = {
    few: await octavusSystem(small.url, small.pid, small.key),
    many: await octavusSystem(large.url, large.pid, large.key),
  };
  await fill(systems.few, few);
  await fill(systems.many, many);
  for (const system of Object.values(systems)) await measureOn(system);
  const costs = { few: [] as Costs[], many: [] as Costs[] };
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    costs.few.push(await measureOn(systems.few));
    costs.many.push(await measureOn(systems.many));
  }
  return { few: middle(costs.few), many: middle(costs.many) };
}

async function fill(system: System, count: number): Promise<void> {
  const atOnce = Math.min(count, 100);
  for (let made = 0; made < count; made += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, () => system.open()));
  }
}

async function measureOn(system: System): Promise<Costs> {
  const agent = new Agent({ keepAlive: true });
  const ids: string[] = [];
  const create = await timeEach(async () => void ids.push(await system.open()));
  const id = (index: number) => ids[index % ids.length] ?? '';
  const trigger = await timeEach((index) => runTurns(system, id(index), { tokens: 5, pauseMs: 0 }, 1));
  const read = await timeEach((index) => get(`${system.url}/api/agent-sessions/${id(index)}`, system.headers, agent));
  const list = await timeEach(() => get(`${system.url}/api/agent-sessions?limit=20`, system.headers, agent));
  agent.destroy();
  return { create, trigger, read, list };
}

async function timeEach(act: (index: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < requests; index += 1) {
    const began = performance.now();
    await act(index);
    times.push(performance.now() - began);
  }
  return median(times);
}

function middle(all: readonly Costs[]): Costs {
  const of = (kind: keyof Costs) => median(all.map((costs) => costs[kind]));
  return { create: of('create'), trigger: of('trigger'), read: of('read'), list: of('list') };
}

export function describeStored({ few: less, many: more }: StoredFigures) {
  return (['create', 'trigger', 'read', 'list'] as const).map((kind) => ({
    request: kind,
    '100 sessions ms': less[kind].toFixed(2),
    '100,000 sessions ms': more[kind].toFixed(2),
    '×': (more[kind] / less[kind]).toFixed(2),
  }));
}

if (import.meta.main) console.log(toMarkdown(describeStored(await measureStored())));
