import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AnswerSpec } from './answer.ts';
import { median, runTurns } from './load.ts';
import { startProcess } from './process.ts';
import { startOctavus } from './server.ts';
import { octavusSystem, type System } from './system.ts';

/** 200 bytes in, 250 out. */
const spec: AnswerSpec = { tokens: 50, pauseMs: 0, questionBytes: 200 };
const turnsPerConversation = 10;
const users = 32;
/** Until then the write-ahead log has its size, and the tables their first pages. */
const conversationsBefore = 100;
const conversations = 1_000;

/** By how many bytes the server's folder grows with a turn: everything in it, in 1,000 conversations of ten turns. */
export async function measureDisk(): Promise<number> {
  await using model = await startProcess(['bench/model.ts'], 'model ');
  await using server = await startOctavus(model.line.slice('model '.length));
  const system = await octavusSystem(server.url, server.pid, server.key);
  await converse(system, conversationsBefore);
  const before = bytesIn(server.dataDir);
  await converse(system, conversations);
  return (bytesIn(server.dataDir) - before) / (conversations * turnsPerConversation);
}

async function converse(system: System, count: number): Promise<void> {
  let left = count;
  const user = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await runTurns(system, await system.open(), spec, turnsPerConversation);
    }
  };
  await Promise.all(Array.from({ length: users }, user));
}

function bytesIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

export function describeDisk(bytesPerTurn: readonly number[]): string {
  return `Disk: ${median(bytesPerTurn).toFixed(0)} bytes a turn`;
}

if (import.meta.main) console.log(describeDisk([await measureDisk()]));
