import { Agent, type IncomingMessage, request } from 'node:http';
import { type AnswerSpec, textOfAnswer } from './answer.ts';
import { cpuMs, residentBytes } from './process.ts';
import type { System } from './system.ts';

export interface LoadOptions {
  readonly spec: AnswerSpec;
  /** Turns that run at once, each user starting the next when the last is over. */
  readonly users: number;
  readonly seconds: number;
  /** Not measured. */
  readonly warmupSeconds: number;
}

/** One run of a closed loop against one system. */
export interface LoadResult {
  readonly turns: number;
  readonly turnsPerSecond: number;
  readonly cpuMsPerTurn: number;
  /** Request sent to first text, medians and tails in milliseconds. */
  readonly firstTextMs: { readonly p50: number; readonly p99: number };
  readonly residentBytes: number;
}

/** Turns in one conversation before a user takes the next. */
const turnsPerConversation = 10;

/** Runs turns for the given time; one that fails or loses a character ends the benchmark. */
export async function runLoad(system: System, options: LoadOptions): Promise<LoadResult> {
  const { users, seconds, warmupSeconds } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: users });
  const conversations = await Promise.all(Array.from({ length: users }, () => openMany(system, 12)));
  const began = performance.now();
  const measureFrom = began + warmupSeconds * 1000;
  const measureUntil = measureFrom + seconds * 1000;
  const firstTexts: number[] = [];
  let cpuAtStart = 0;
  setTimeout(() => {
    cpuAtStart = cpuMs(system.pid);
  }, warmupSeconds * 1000);

  const user = async (own: readonly string[]): Promise<void> => {
    for (let turn = 0; performance.now() < measureUntil; turn += 1) {
      const id = own[Math.floor(turn / turnsPerConversation) % own.length] ?? '';
      const firstText = await runTurn(system, agent, id, options.spec);
      const now = performance.now();
      if (now >= measureFrom && now < measureUntil) firstTexts.push(firstText);
    }
  };
  const running = Promise.all(conversations.map(user));
  await new Promise((resolve) => setTimeout(resolve, (warmupSeconds + seconds) * 1000));
  const cpu = cpuMs(system.pid) - cpuAtStart;
  const memory = residentBytes(system.pid);
  await running;
  agent.destroy();
  firstTexts.sort((one, other) => one - other);
  return {
    turns: firstTexts.length,
    turnsPerSecond: firstTexts.length / seconds,
    cpuMsPerTurn: cpu / firstTexts.length,
    firstTextMs: { p50: quantile(firstTexts, 0.5), p99: quantile(firstTexts, 0.99) },
    residentBytes: memory,
  };
}

async function openMany(system: System, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) ids.push(await system.open());
  return ids;
}

/** Runs turns of one conversation, one after the other. */
export async function runTurns(system: System, id: string, spec: AnswerSpec, count: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let turn = 0; turn < count; turn += 1) await runTurn(system, agent, id, spec);
  agent.destroy();
}

/** @returns milliseconds from the request to the first text. */
async function runTurn(system: System, agent: Agent, id: string, spec: AnswerSpec): Promise<number> {
  const sentAt = performance.now();
  const response = await post(system, agent, id, spec);
  let firstText = 0;
  const text = await readText(system, response, () => {
    firstText = performance.now() - sentAt;
  });
  if (response.statusCode !== 200 || text !== textOfAnswer(spec))
    throw new Error(`${system.name}: a turn lost text (status ${response.statusCode})`);
  return firstText;
}

/** @param onFirstText called once, when the first piece is there. */
async function readText(
  system: System,
  response: IncomingMessage,
  onFirstText: () => void = () => undefined,
): Promise<string> {
  let text = '';
  let rest = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const frames = (rest + chunk).split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) {
      const piece = textInFrame(system, frame);
      if (text === '' && piece !== '') onFirstText();
      text += piece;
    }
  }
  return text;
}

/** The text in the whole body of an answer. */
export function textOf(system: System, body: string): string {
  return body
    .split('\n\n')
    .map((frame) => textInFrame(system, frame))
    .join('');
}

function textInFrame(system: System, frame: string): string {
  if (!frame.startsWith('data: ') || frame === 'data: [DONE]') return '';
  return system.textIn(frame.slice('data: '.length));
}

/** Asks for a turn. @returns the answer, whatever its status. */
export function post(system: System, agent: Agent, id: string, spec: AnswerSpec): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const body = system.turnBody(spec);
    const headers = { ...system.headers, 'Content-Length': Buffer.byteLength(body) };
    request(`${system.url}${system.turnPath(id)}`, { agent, method: 'POST', headers }, resolve)
      .on('error', reject)
      .end(body);
  });
}

export function median(numbers: readonly number[]): number {
  return quantile(
    numbers.toSorted((one, other) => one - other),
    0.5,
  );
}

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
