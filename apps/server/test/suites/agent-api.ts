import { describe, expect, test } from 'vitest';
import { deskProtocol, prompts, type SessionServer } from '../serve-sessions.ts';
import { asks, contentsOf, say, says, serverOn } from './conversations.ts';
import type { TestDatabase } from './storage.ts';

const settings = { slug: 'fern-desk', name: 'Fern desk', format: 'interactive' };
const definition = { settings, protocol: deskProtocol, prompts };
const reference = { name: 'frost-dates', description: 'First and last frost', content: '# Frost\n' };

/** Rows of http-api.md 5 beyond what the published clients use. */
export function describeAgentApi(name: string, openDatabase: () => Promise<TestDatabase>): void {
  describe(`agent API: ${name}`, () => {
    const withServer = serverOn(openDatabase);

    test('[http.agents.limits] every field has its limits, and the issue names the field', () =>
      withServer({}, async (server) => {
        const big = 'x'.repeat(256 * 1024 + 1);
        const wrong: [path: string, body: object][] = [
          ['settings.slug', { settings: { ...settings, slug: 'Fern' } }],
          ['settings.slug', { settings: { ...settings, slug: 'fern--desk' } }],
          ['settings.slug', { settings: { ...settings, slug: 'f'.repeat(65) } }],
          ['settings.name', { settings: { ...settings, name: ' ' } }],
          ['settings.name', { settings: { ...settings, name: 'n'.repeat(101) } }],
          ['settings.description', { settings: { ...settings, description: 'd'.repeat(1001) } }],
          ['settings.format', { settings: { ...settings, format: 'robot' } }],
          ['protocol', { protocol: big }],
          ['prompts', { prompts: undefined }],
          ['prompts', { prompts: Array.from({ length: 501 }, (_, index) => ({ name: `p${index}`, content: '' })) }],
          ['prompts.0.content', { prompts: [{ name: 'system', content: big }, prompts[1]] }],
          ['references', { references: Array.from({ length: 201 }, (_, n) => ({ ...reference, name: `r${n}` })) }],
          ['references.0.name', { references: [{ ...reference, name: 'Frost Dates' }] }],
          ['references.0.description', { references: [{ ...reference, description: '' }] }],
          ['references.0.content', { references: [{ ...reference, content: big }] }],
        ];
        for (const [path, changed] of wrong) {
          const { status, body } = await server.call('POST', '/api/agents', { ...definition, ...changed });
          const paths = body.error?.issues?.map((issue: { path: string }) => issue.path) ?? [];
          expect([status, body.error?.code, paths.some((found: string) => found.startsWith(path))], path).toEqual([
            400,
            'VALIDATION_ERROR',
            true,
          ]);
        }
        const { body: list } = await server.call('GET', '/api/agents');
        expect(list.agents).toHaveLength(1);
        const longest = { slug: 'f'.repeat(64), name: 'n'.repeat(100), description: 'd'.repeat(1000) };
        const created = await server.call('POST', '/api/agents', {
          ...definition,
          settings: { ...settings, ...longest },
        });
        expect(created.status).toBe(201);
      }));

    test('[http.agents.references] references are stored, listed with the agent and replaced as a set', () =>
      withServer({}, async (server) => {
        const references = [reference, { ...reference, name: 'soil' }];
        const { body } = await server.call('POST', '/api/agents', { ...definition, references });
        const path = `/api/agents/${body.agentId}`;
        expect((await server.call('GET', path)).body).toMatchObject({
          references,
          version: 1,
          projectId: server.projectId,
        });
        await server.call('PATCH', path, { settings: { name: 'Renamed' } });
        expect((await server.call('GET', path)).body).toMatchObject({ references, version: 2 });
        await server.call('PATCH', path, { references: [] });
        expect((await server.call('GET', path)).body).toMatchObject({ references: [], version: 3 });
        expect((await server.call('GET', `/api/agents/${server.agentId}`)).body.references).toEqual([]);
      }));

    test('[http.agents.by-slug] an agent is updated and archived by its slug, renamed, and its description cleared', () =>
      withServer({}, async (server) => {
        const described = { ...definition, settings: { ...settings, description: 'Knows ferns' } };
        const { body } = await server.call('POST', '/api/agents', described);
        const { agentId } = body;
        const renamed = await server.call('PATCH', '/api/agents/fern-desk?by=slug', {
          settings: { slug: 'moss-desk', description: null },
        });
        expect([renamed.status, renamed.body]).toEqual([
          200,
          { agentId, message: 'Agent updated successfully', warnings: renamed.body.warnings },
        ]);
        expect((await server.call('GET', '/api/agents/fern-desk?by=slug')).status).toBe(404);
        const { body: moss } = await server.call('GET', '/api/agents/moss-desk?by=slug');
        expect(moss.settings).toEqual({ ...settings, slug: 'moss-desk' });
        const listed = (await server.call('GET', '/api/agents')).body.agents;
        expect(listed.find(({ id }: { id: string }) => id === agentId).description).toBeNull();
        expect((await server.call('PATCH', '/api/agents/moss-desk?by=name', {})).status).toBe(400);
        const archived = await server.call('DELETE', '/api/agents/moss-desk?by=slug');
        expect(archived.body).toEqual({ agentId, message: 'Agent archived successfully' });
        expect((await server.call('DELETE', '/api/agents/moss-desk?by=slug')).status).toBe(404);
        expect((await server.call('DELETE', `/api/agents/${agentId}`)).status).toBe(404);
        expect((await server.call('PATCH', `/api/agents/${agentId}`, {})).status).toBe(404);
      }));

    test('[http.agents.concurrent] updates that come at once are all kept, each a version of its own', () =>
      withServer({}, async (server) => {
        const path = `/api/agents/${server.agentId}`;
        const names = Array.from({ length: 10 }, (_, index) => `Desk ${index}`);
        const updates = names.map((name) => server.call('PATCH', path, { settings: { name } }));
        const described = server.call('PATCH', path, { settings: { description: 'Described' } });
        for (const { status } of await Promise.all([...updates, described])) expect(status).toBe(200);
        const { body } = await server.call('GET', path);
        expect([names.includes(body.settings.name), body.settings.description]).toEqual([true, 'Described']);
        expect(body.version).toBe(12);
      }));

    test('[http.agents.archive.waiting] what waits when its agent is archived may be continued, and is readable', () =>
      withServer({ steps: [asks('call_1'), says('Found.')] }, async (server) => {
        const sessionId = await server.createSession();
        const path = `/api/agent-sessions/${sessionId}`;
        await server.stream(`${path}/trigger`, say('Hi'));
        await server.call('DELETE', `/api/agents/${server.agentId}`);
        const next = await server.stream(`${path}/trigger`, { toolResults: [{ toolCallId: 'call_1', result: 1 }] });
        expect(next.events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
        const refused = await server.call('POST', `${path}/trigger`, say('Again'));
        expect([refused.status, refused.body.error.code]).toEqual([404, 'NOT_FOUND']);
        expect(await contentsOf(server, sessionId)).toEqual(['user: Hi', 'assistant: Found.']);
        expect((await server.call('GET', `${path}/logs`)).status).toBe(200);
      }));

    test('[http.agents.current] sessions run the definition of the moment, an execution keeps the one it began with', () =>
      withServer({ steps: [asks('call_1'), says('One.'), says('Two.')] }, async (server) => {
        const sessionId = await server.createSession({ NAME: 'Larkspur' });
        const path = `/api/agent-sessions/${sessionId}/trigger`;
        await server.stream(path, say('Hi'));
        const changed = [{ name: 'system', content: 'You are new here, {{NAME}}.' }, prompts[1]];
        await server.call('PATCH', `/api/agents/${server.agentId}`, { prompts: changed });
        await server.stream(path, { toolResults: [{ toolCallId: 'call_1', result: 1 }] });
        await server.stream(path, say('And?'));
        expect(systemsOf(server)).toEqual([
          'You sit at the desk of Larkspur.',
          'You sit at the desk of Larkspur.',
          'You are new here, Larkspur.',
        ]);
      }));
  });
}

/** The system prompt of each model call. */
function systemsOf({ models }: SessionServer): unknown[] {
  return models.calls.flatMap(({ request }) => request.system);
}
