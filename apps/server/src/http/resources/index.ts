import { consoleApi } from '../console/console.ts';
import { consolePage } from '../console/page.ts';
import { agentSessions } from './agent-sessions.ts';
import { agents } from './agents.ts';
import { files } from './files.ts';
import { health } from './health.ts';
import { metrics } from './metrics.ts';
import { models } from './models.ts';
import { openapi } from './openapi.ts';
import type { Resource } from './resource.ts';
import { schemas } from './schemas.ts';
import { skills } from './skills.ts';
import { tokens } from './tokens.ts';
import { workerRuns } from './worker-runs.ts';
import { workforce } from './workforce.ts';

/** Every resource the server answers. The list a new one is added to. */
export const resources = {
  agents,
  'worker-runs': workerRuns,
  'agent-sessions': agentSessions,
  files,
  tokens,
  skills,
  workforce,
  models,
  health,
  metrics,
  openapi,
  schemas,
  console: consoleApi,
  'console-page': consolePage,
} as const satisfies Readonly<Record<string, Resource>>;
