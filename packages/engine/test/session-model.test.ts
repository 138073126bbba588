import fc from 'fast-check';
import { describe, test } from 'vitest';
import { patience, runs } from './drive.ts';
import { checkSession, cutCommands, type SessionCommand, sessionCommands, setUp } from './session-commands.ts';

async function run(seed: number, canFail: boolean, commands: Iterable<SessionCommand>): Promise<void> {
  const session = setUp(seed, canFail);
  await fc.asyncModelRun(() => session, commands);
  checkSession(session.real);
}

describe('a session to which anything may happen', () => {
  test(
    '[sse.grammar.legs] [rt.context.unanswered] [sse.clients.final-finish] [rt.durable.writes] [rt.durable.tool-result] [rt.durable.pending] [rt.durable.end] [rt.durable.failure] keeps to the grammar, gives models valid contexts, and leaves nothing open',
    async () => {
      const property = fc.asyncProperty(fc.nat(), sessionCommands, (seed, commands) => run(seed, true, commands));
      await fc.assert(property, { numRuns: runs(2_000) });
    },
    patience,
  );

  test(
    '[rt.resume.repeat] [rt.rollback.checkpoint] [rt.durable.atomic] ends where the uninterrupted one ends, wherever its legs are cut',
    async () => {
      const property = fc.asyncProperty(fc.nat(), cutCommands, (seed, commands) => run(seed, false, commands));
      await fc.assert(property, { numRuns: runs(400) });
    },
    patience,
  );
});
