import type { Stage } from './stage.ts';

type Scenarios = Readonly<Record<string, (stage: Stage) => Promise<void>>>;

/** Things that people do with files. */
export const fileScenarios: Scenarios = {
  'a picture is painted': async (stage) => {
    await stage.paint(await stage.create());
  },
  'a file is uploaded': async (stage) => {
    await stage.upload(await stage.create());
  },
  'a file is uploaded again': async (stage) => {
    await stage.upload(await stage.create(), 2);
  },
  'results come with a file': async (stage) => {
    const session = await stage.create();
    const turn = await stage.ask(session, 'look');
    await stage.continue(session, turn, await stage.upload(session));
  },
};

/** Things that people do, each of which may be hit by a fault at any of its calls. */
export const scenarios: Scenarios = {
  'a session is created': async (stage) => {
    await stage.create();
  },
  'a session is read in every way': async (stage) => {
    const session = await stage.create();
    await stage.say(session);
    for (const end of ['', '?format=ui', '/logs']) await stage.read(`/api/agent-sessions/${session.id}${end}`);
  },
  'a turn is answered': async (stage) => {
    await stage.say(await stage.create());
  },
  'a long answer is saved on its way': async (stage) => {
    await stage.say(await stage.create(), { words: 800 });
  },
  'three turns follow each other': async (stage) => {
    const session = await stage.create();
    for (let count = 0; count < 3; count += 1) await stage.say(session);
  },
  'a turn waits for a tool': async (stage) => {
    await stage.ask(await stage.create(), 'look');
  },
  'results continue a turn': async (stage) => {
    const session = await stage.create();
    await stage.continue(session, await stage.ask(session, 'look'));
  },
  'a new turn takes the place of one that waits': async (stage) => {
    const session = await stage.create();
    await stage.ask(session, 'look');
    await stage.say(session);
  },
  'the server runs a tool itself': async (stage) => {
    await stage.ask(await stage.create(), 'list');
  },
  ...fileScenarios,
  'a session is started': async (stage) => {
    await stage.start();
  },
  'a session is started with a key': async (stage) => {
    await stage.start({ key: `start once ${Math.random()}` });
  },
  'a start is repeated': async (stage) => {
    const key = `start twice ${Math.random()}`;
    const repeated = await stage.start({ key });
    await stage.start({ key, repeated });
  },
  'a turn is taken back and done again': async (stage) => {
    const session = await stage.create();
    await stage.say(session);
    await stage.say(session, { replacesAll: true });
  },
  'the caller leaves in mid-answer': async (stage) => {
    const session = await stage.create();
    await stage.say(session, { words: 50, paceMs: 1, at: { event: 6, act: (leave) => leave() } });
  },
  'a running turn is aborted': async (stage) => {
    const session = await stage.create();
    let aborted: Promise<void> | undefined;
    const act = () => {
      aborted = stage.abort(session);
      aborted.catch(() => undefined);
    };
    await stage.say(session, { words: 50, paceMs: 1, at: { event: 6, act } });
    await aborted;
  },
  'a waiting turn is aborted': async (stage) => {
    const session = await stage.create();
    await stage.ask(session, 'look');
    await stage.abort(session);
  },
  'a session is cleared and restored': async (stage) => {
    const session = await stage.create();
    await stage.say(session);
    await stage.clear(session);
    await stage.restore(session);
    await stage.say(session);
  },
  'an agent is created, once, and updated': async (stage) => {
    const { agentId } = await stage.createAgent();
    await stage.updateAgent(agentId);
  },
  'a session is created once': async (stage) => {
    await stage.createOnce();
  },
  'a worker does the work of a session': async (stage) => {
    await stage.delegate(await stage.create());
  },
  'a worker runs on its own': async (stage) => {
    await stage.work('say');
  },
  'a worker asks its caller and goes on': async (stage) => {
    await stage.work('look');
  },
  'a thread is told three things': async (stage) => {
    await stage.converse();
  },
  'a token is minted, used and revoked': async (stage) => {
    await stage.mintAndRevoke();
  },
  'eight sessions take turns at once': async (stage) => {
    const sessions = [];
    for (let count = 0; count < 8; count += 1) sessions.push(await stage.create());
    const outcomes = await Promise.allSettled(sessions.map((session) => stage.say(session)));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  },
};
