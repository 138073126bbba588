import { CompiledQuery } from 'kysely';
import { expect, test } from 'vitest';
import { openConnection } from '../dialects/index.ts';
import { migrate } from '../migrate.ts';
import type { ListSessions } from '../storage.ts';
import { pageQuery } from './session-list.ts';

const page = { projectId: 'p', idleSince: 1, limit: 50 };
const after = { id: 's', createdAt: 2 };

/** The index that each list is read along, so that a page costs the same among ten sessions and among a hundred thousand. */
const lists: readonly [index: string, Partial<ListSessions>][] = [
  ['sessions_of_project', {}],
  ['sessions_of_project', { after }],
  ['sessions_of_project', { from: 1, to: 3, after }],
  ['sessions_of_project', { status: 'expired', after }],
  ['sessions_of_agent', { agentId: 'a', after }],
  ['sessions_active', { status: 'active', after }],
  ['sessions_active', { status: 'idle', after }],
  ['sessions_waiting', { status: 'waiting', after }],
];

test.each(lists)('SQLite reads %s for %o and sorts nothing', async (index, filter) => {
  const connection = await openConnection('file::memory:');
  await migrate(connection);
  const query = pageQuery(connection.read, { ...page, ...filter }).compile();
  const plan = CompiledQuery.raw(`explain query plan ${query.sql}`, [...query.parameters]);
  const { rows } = await connection.read.executeQuery<{ detail: string }>(plan);
  await connection.close();
  const details = rows.map(({ detail }) => detail);
  expect(details).toContainEqual(expect.stringContaining(`SEARCH sessions USING INDEX ${index} (`));
  expect(details.join('\n')).not.toContain('TEMP B-TREE');
});
