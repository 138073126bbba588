import { sql } from 'kysely';
import type { Connection } from '../connection.ts';
import type { UsageTable } from '../schema.ts';
import type { durationBounds, UsageBucket, UsageBuckets, UsageFigures } from '../usage-storage.ts';

type Count = Exclude<keyof UsageTable, 'project_id' | 'bucket_start' | 'agent_id'>;

/** One for each of `durationBounds`. */
const durationColumns = [
  'ms_500',
  'ms_1000',
  'ms_2000',
  'ms_5000',
  'ms_10000',
  'ms_30000',
  'ms_60000',
  'ms_more',
] as const satisfies readonly Count[] & { length: (typeof durationBounds)['length'] };

const counts = [
  'executions',
  'errors',
  'input_tokens',
  'cached_input_tokens',
  'output_tokens',
  ...durationColumns,
] as const satisfies readonly Count[];

export function usageRepository({ read, write, transaction }: Connection): UsageBuckets {
  return {
    async add(buckets) {
      await transaction(async (db) => {
        // In one order, so that two nodes that add together cannot wait for each other in a circle.
        for (const bucket of buckets.toSorted((a, b) => compare(keyOf(a), keyOf(b)))) {
          await db
            .insertInto('usage')
            .values(toRow(bucket))
            .onConflict((conflict) =>
              conflict
                .columns(['project_id', 'bucket_start', 'agent_id'])
                .doUpdateSet(
                  Object.fromEntries(
                    counts.map((name) => [name, sql`${sql.ref(`usage.${name}`)} + ${sql.ref(`excluded.${name}`)}`]),
                  ),
                ),
            )
            .execute();
        }
      });
    },
    async sum({ projectId, agentId, from, to, bucketMs }) {
      // The remainder is of whole numbers on both databases; SQLite would divide a bound number as a fraction.
      const start = sql<number>`bucket_start - ((bucket_start - ${from}) % ${sql.lit(bucketMs)})`;
      const rows = await read
        .selectFrom('usage')
        .select(start.as('start'))
        .select(counts.map((name) => sql<number>`cast(sum(${sql.ref(name)}) as bigint)`.as(name)))
        .where('project_id', '=', projectId)
        .where('bucket_start', '>=', from)
        .where('bucket_start', '<', to)
        .$if(agentId !== undefined, (query) => query.where('agent_id', '=', agentId!))
        .groupBy(sql`1`)
        .orderBy(sql`1`)
        .execute();
      return rows.map((row) => ({ start: row.start, ...toFigures(row) }));
    },
    async removeOld(before) {
      await write.deleteFrom('usage').where('bucket_start', '<', before).execute();
    },
  };
}

function keyOf({ projectId, start, agentId }: UsageBucket): string {
  return `${projectId} ${start} ${agentId}`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function toRow({ projectId, agentId, start, durations, ...figures }: UsageBucket): UsageTable {
  const byDuration = Object.fromEntries(durationColumns.map((name, index) => [name, durations[index] ?? 0]));
  return {
    project_id: projectId,
    bucket_start: start,
    agent_id: agentId,
    executions: figures.executions,
    errors: figures.errors,
    input_tokens: figures.inputTokens,
    cached_input_tokens: figures.cachedInputTokens,
    output_tokens: figures.outputTokens,
    ...(byDuration as Record<(typeof durationColumns)[number], number>),
  };
}

function toFigures(row: Pick<UsageTable, Count>): UsageFigures {
  return {
    executions: row.executions,
    errors: row.errors,
    inputTokens: row.input_tokens,
    cachedInputTokens: row.cached_input_tokens,
    outputTokens: row.output_tokens,
    durations: durationColumns.map((name) => row[name]),
  };
}
