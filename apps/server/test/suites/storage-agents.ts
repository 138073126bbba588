import { expect } from 'vitest';
import { anAgent, aVersion, now, storedAgent, type TestStorage } from './storage-fixtures.ts';

/** Agents and their versions. */
export function describeAgents(testStorage: TestStorage): void {
  testStorage('an agent of another project is not found', async (storage) => {
    const agent = await storedAgent(storage);
    const other = await storedAgent(storage);
    expect(await storage.agents.find(agent.projectId, agent.id)).toEqual(agent);
    expect(await storage.agents.findBySlug(agent.projectId, agent.slug)).toEqual(agent);
    expect(await storage.agents.find(other.projectId, agent.id)).toBeUndefined();
    expect(await storage.agents.archive(other.projectId, agent.id, now)).toBe(false);
    expect(await storage.agents.update({ ...agent, projectId: other.projectId, version: 2 }, aVersion(agent))).toBe(
      false,
    );
    expect(await storage.agents.list(other.projectId)).toEqual([other]);
  });

  testStorage('a taken slug is a conflict and stores nothing', async (storage) => {
    const agent = await storedAgent(storage, { slug: 'guide' });
    const twin = anAgent(agent.projectId, { slug: 'guide' });
    await expect(storage.agents.create(twin, aVersion(twin))).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'An agent with the slug "guide" already exists',
    });
    expect(await storage.agents.list(agent.projectId)).toEqual([agent]);
    await expect(storage.agents.getVersion(twin.id, 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  testStorage('the slug of an archived agent is free again', async (storage) => {
    const agent = await storedAgent(storage);
    expect(await storage.agents.archive(agent.projectId, agent.id, now + 1)).toBe(true);
    expect(await storage.agents.archive(agent.projectId, agent.id, now + 2)).toBe(false);
    const successor = anAgent(agent.projectId, { slug: agent.slug });
    await storage.agents.create(successor, aVersion(successor));
    expect(await storage.agents.findBySlug(agent.projectId, agent.slug)).toEqual(successor);
    expect(await storage.agents.find(agent.projectId, agent.id)).toEqual({ ...agent, archivedAt: now + 1 });
    expect(await storage.agents.list(agent.projectId)).toEqual([successor]);
    const all = await storage.agents.list(agent.projectId, { withArchived: true });
    expect(all.map(({ id }) => id).sort()).toEqual([agent.id, successor.id].sort());
  });

  testStorage('an update makes a version and leaves the earlier ones as they are', async (storage) => {
    const agent = await storedAgent(storage, { description: 'Plants' });
    const next = { ...agent, version: 2, name: 'Guide', description: undefined, updatedAt: now + 1 };
    const version = aVersion(next, { protocol: 'agent: {}\r\n', prompts: [], references: [] });
    expect(await storage.agents.update(next, version)).toBe(true);
    expect(await storage.agents.find(agent.projectId, agent.id)).toEqual(next);
    expect(await storage.agents.getVersion(agent.id, 2)).toEqual(version);
    expect(await storage.agents.getVersion(agent.id, 1)).toEqual(aVersion(agent));
  });

  testStorage('of two updates of the same version one is refused', async (storage) => {
    const agent = await storedAgent(storage);
    const updates = ['One', 'Two'].map((name) => ({ ...agent, name, version: 2 }));
    const outcomes = await Promise.all(updates.map((update) => storage.agents.update(update, aVersion(update))));
    expect(outcomes.sort()).toEqual([false, true]);
  });

  testStorage('a rename to a taken slug is a conflict and stores no version', async (storage) => {
    const agent = await storedAgent(storage);
    const taken = anAgent(agent.projectId, { slug: 'taken' });
    await storage.agents.create(taken, aVersion(taken));
    const renamed = { ...agent, slug: 'taken', version: 2 };
    await expect(storage.agents.update(renamed, aVersion(renamed))).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await storage.agents.find(agent.projectId, agent.id)).toEqual(agent);
    await expect(storage.agents.getVersion(agent.id, 2)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  testStorage('agents are listed by slug', async (storage) => {
    const beech = await storedAgent(storage, { slug: 'beech' });
    for (const slug of ['cedar', 'alder']) {
      const agent = anAgent(beech.projectId, { slug });
      await storage.agents.create(agent, aVersion(agent));
    }
    expect((await storage.agents.list(beech.projectId)).map(({ slug }) => slug)).toEqual(['alder', 'beech', 'cedar']);
  });
}
