import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { patience, runs } from './drive.ts';
import { forgetfulAgent, type richAgent } from './rich-agent.ts';
import {
  checkSession,
  cutCommands,
  type Driver,
  type SessionCommand,
  sessionCommands,
  setUp,
} from './session-commands.ts';

interface Setting {
  readonly seed: number;
  readonly canFail: boolean;
  readonly definition?: typeof richAgent;
}

async function run({ seed, canFail, definition }: Setting, commands: Iterable<SessionCommand>): Promise<Driver> {
  const session = setUp({ seed, canFail }, definition);
  await fc.asyncModelRun(() => session, commands);
  checkSession(session.real);
  return session.real;
}

describe('a session to which anything may happen', () => {
  test(
    '[sse.grammar.legs] [rt.context.unanswered] [sse.clients.final-finish] [rt.durable.writes] [rt.durable.tool-result] [rt.durable.pending] [rt.durable.end] [rt.durable.failure] keeps to the grammar, gives models valid contexts, and leaves nothing open',
    async () => {
      const property = fc.asyncProperty(fc.nat(), sessionCommands, async (seed, commands) => {
        await run({ seed, canFail: true }, commands);
      });
      await fc.assert(property, { numRuns: runs(2_000) });
    },
    patience,
  );

  test(
    '[rt.context.unanswered] [rt.compaction.reactive] gives models valid contexts when most of what was said has left them',
    async () => {
      let forgotten = 0;
      const property = fc.asyncProperty(fc.nat(), sessionCommands, async (seed, commands) => {
        const { journal } = await run({ seed, canFail: true, definition: forgetfulAgent }, commands);
        forgotten += journal.filter(({ change }) => change === 'context-changed').length;
      });
      await fc.assert(property, { numRuns: runs(400) });
      expect(forgotten).toBeGreaterThan(0);
    },
    patience,
  );

  test(
    '[rt.resume.repeat] [rt.rollback.checkpoint] [rt.durable.atomic] ends where the uninterrupted one ends, wherever its legs are cut',
    async () => {
      const property = fc.asyncProperty(fc.nat(), cutCommands, async (seed, commands) => {
        await run({ seed, canFail: false }, commands);
      });
      await fc.assert(property, { numRuns: runs(400) });
    },
    patience,
  );
});
