import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AnswerSpec } from './answer.ts';
import { median, runTurns } from './load.ts';
import { toMarkdown } from './markdown.ts';
import { cpuMs, startProcess } from './process.ts';
import { type BenchServer, startOctavus } from './server.ts';
import { octavusSystem, type System } from './system.ts';

/** A figure early in a conversation and after a thousand turns of it. */
interface Grown {
  readonly early: number;
  readonly late: number;
}

export interface LongSessionFigures {
  /** Commits that stored turn 10 and turn 1,000. */
  readonly commits: Grown;
  /** Bytes of changes and log that they stored. */
  readonly storedBytes: Grown;
  /** Bytes per turn that the process made the file system write: means of the hundred turns from turn 10, and up to turn 1,000. */
  readonly diskBytes: Grown;
  /** CPU microseconds per token of a long answer, in a new conversation and in the long one. */
  readonly tokenMicros: Grown;
}

const turns = 1_000;
const earlyTurn = 10;
/** Long enough that the database folds its write-ahead log into the file several times. */
const windowTurns = 100;
const answer: AnswerSpec = { tokens: 50, pauseMs: 0 };
/** Tokens that arrive one by one, so that each is read, saved and written on its own. */
const tokenByToken = (tokens: number): AnswerSpec => ({ tokens, pauseMs: 1 });
const repetitions = 5;

/** One conversation of 1,000 turns: does storing a turn, or sending a token, cost more when much was said before? */
export async function measureLongSession(): Promise<LongSessionFigures> {
  await using model = await startProcess(['bench/model.ts'], 'model ');
  await using server = await startOctavus(model.line.slice('model '.length));
  return await measureOn(await octavusSystem(server.url, server.pid, server.key), server);
}

async function measureOn(system: System, server: BenchServer): Promise<LongSessionFigures> {
  const database = new DatabaseSync(join(server.dataDir, 'octavus.db'), { readOnly: true });
  const young = await system.open();
  await runTurns(system, young, answer, earlyTurn);
  const earlyMicros = await measureTokens(system, young);
  const session = await system.open();
  /** By turns done. */
  const lengths = [journalLength(database, session)];
  const written = [writtenBytes(server.pid)];
  for (let turn = 1; turn <= turns; turn += 1) {
    await runTurns(system, session, answer, 1);
    lengths.push(journalLength(database, session));
    written.push(writtenBytes(server.pid));
  }
  const storedIn = (turn: number) => stored(database, session, lengths[turn - 1]!, lengths[turn]!);
  const written100 = (from: number) => (written[from + windowTurns]! - written[from]!) / windowTurns;
  const [early, late] = [storedIn(earlyTurn), storedIn(turns)];
  database.close();
  return {
    commits: { early: early.commits, late: late.commits },
    storedBytes: { early: early.bytes, late: late.bytes },
    diskBytes: { early: written100(earlyTurn - 1), late: written100(turns - windowTurns) },
    tokenMicros: { early: earlyMicros, late: await measureTokens(system, session) },
  };
}

/** The difference of two answers that differ in their tokens alone: what a turn costs besides is in both. */
async function measureTokens(system: System, session: string): Promise<number> {
  const [few, many] = [100, 2_100];
  const micros: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const spent: number[] = [];
    for (const tokens of [few, many]) {
      const before = cpuMs(system.pid);
      await runTurns(system, session, tokenByToken(tokens), 1);
      spent.push(cpuMs(system.pid) - before);
    }
    micros.push(((spent[1]! - spent[0]!) * 1_000) / (many - few));
  }
  return median(micros);
}

function journalLength(database: DatabaseSync, session: string): number {
  const row = database.prepare('select journal_length from sessions where id = ?').get(session);
  return Number(row?.journal_length ?? 0);
}

/** What the journal got between two of its lengths. */
function stored(database: DatabaseSync, session: string, from: number, to: number): { commits: number; bytes: number } {
  const row = database
    .prepare(
      `select count(*) as commits, sum(octet_length(changes) + coalesce(octet_length(log), 0)) as bytes
       from journal where session_id = ? and seq >= ? and seq < ?`,
    )
    .get(session, from, to);
  return { commits: Number(row?.commits), bytes: Number(row?.bytes) };
}

/** `write_bytes` of `/proc/<pid>/io`: what a process made the file system write; sockets are not in it. */
function writtenBytes(pid: number): number {
  const [, bytes = ''] = /^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8')) ?? [];
  return Number(bytes);
}

const times = ({ early, late }: Grown) => (late / early).toFixed(2);

/** One row per figure. */
export function describeLongSession({ commits, storedBytes, diskBytes, tokenMicros }: LongSessionFigures) {
  const row = (figure: string, grown: Grown, digits = 0) => ({
    figure,
    early: grown.early.toFixed(digits),
    'turn 1,000': grown.late.toFixed(digits),
    '×': times(grown),
  });
  return [
    row('commits per turn', commits),
    row('bytes stored per turn', storedBytes),
    row('bytes written to disk per turn', diskBytes),
    row('CPU µs per token', tokenMicros),
  ];
}

if (import.meta.main) console.log(toMarkdown(describeLongSession(await measureLongSession())));
