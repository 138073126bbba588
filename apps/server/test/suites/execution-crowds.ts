import { hang, text } from '@octavus/engine/testing';
import { expect, test } from 'vitest';
import { type OpenLeg, RefusedLeg, type SessionServer } from '../serve-sessions.ts';
import { asks, contentsOf, continuationOf, say, says, triggerOf, type WithServer } from './conversations.ts';

const thinks = hang(text('t', 'Let me see'));

/** They wait for the five seconds together, too, apart from the others: a crowd takes the machine for itself. */
export function describeCrowdsThatWait(withServer: WithServer): void {
  test(
    '[http.trigger.once] of a thousand identical triggers at once exactly one runs while it runs',
    () =>
      withServer({ steps: [thinks] }, async (server) => {
        const sessionId = await server.createSession();
        const crowd = await sendAtOnce(server, triggerOf(sessionId), say('Hi'));
        expect(crowd.refused).toEqual(Array(999).fill('429 SESSION_BUSY'));
        for (const leg of crowd.accepted) leg.disconnect();
        expect(server.models.calls).toHaveLength(1);
        expect((await contentsOf(server, sessionId)).filter((line) => line === 'user: Hi')).toHaveLength(1);
      }),
    crowdMs,
  );

  test(
    '[http.start.once] of a thousand identical starts at once exactly one runs while it runs',
    () =>
      withServer({ steps: [thinks] }, async (server) => {
        const body = { agentId: server.agentId, idempotencyKey: 'crowd', trigger: say('Hi') };
        const crowd = await sendAtOnce(server, '/api/agent-sessions/start', body);
        expect(crowd.refused).toEqual(Array(999).fill('429 SESSION_BUSY'));
        for (const leg of crowd.accepted) leg.disconnect();
        expect(server.models.calls).toHaveLength(1);
      }),
    crowdMs,
  );
}

/** A thousand requests take their time on a slow machine. */
export const crowdMs = 60_000;

/** A thousand times the same request; the answers that are streams are left open, whichever they are. */
async function sendAtOnce(server: SessionServer, path: string, body: object) {
  const accepted: OpenLeg[] = [];
  const refused: string[] = [];
  const send = async () => {
    try {
      accepted.push(await server.open(path, body));
    } catch (error) {
      if (!(error instanceof RefusedLeg)) throw error;
      const { status, code } = error;
      refused.push(`${status} ${code}`);
    }
  };
  await Promise.all(Array.from({ length: 1000 }, send));
  return { accepted, refused };
}

export function describeCrowds(withServer: WithServer): void {
  test(
    '[http.trigger.continue-once] of a thousand identical continuations at once exactly one runs',
    () =>
      withServer({ steps: [asks('call_1'), says('Found.')] }, async (server) => {
        const sessionId = await server.createSession();
        const first = await server.stream(triggerOf(sessionId), say('Hi'));
        const body = continuationOf(first);
        const answers = await Promise.all(
          Array.from({ length: 1000 }, () => server.stream(triggerOf(sessionId), body)),
        );
        expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
        // 429 on a slow machine alone: who stood in the queue for five seconds is sent away.
        expect(answers.every(({ status }) => [200, 409, 429].includes(status))).toBe(true);
        expect(await contentsOf(server, sessionId)).toEqual(['user: Hi', 'assistant: Found.']);
      }),
    crowdMs,
  );
}
