import { basename, join, resolve } from 'node:path';
import { readAgentFolder } from '../agents/agent-folder.ts';
import { generateAgentTypes } from '../agents/generate-agent-types.ts';
import { planSync, syncAgent } from '../agents/sync-agent.ts';
import type { Api } from '../api/api.ts';
import { type Cli, defineCommand } from '../command.ts';
import { FileFailure, isInterruption, toFailure } from '../failures.ts';
import { listNames } from '../files/read-files.ts';
import { watchFolders } from '../files/watch.ts';
import { writeOneFile } from '../files/write-files.ts';
import { chat } from '../runs/chat.ts';
import type { Conversation } from '../runs/conversation.ts';
import { LocalConversation } from '../runs/local-conversation.ts';
import { collect, readInputs } from '../runs/read-inputs.ts';
import { compileFolder, localAgent, serverAgent } from '../runs/runnable-agent.ts';
import { loadToolHandlers } from '../runs/tool-handlers.ts';
import { findChatTrigger } from '../runs/triggers.ts';
import { createAgentFolder, toSlug } from './init.ts';

interface DevOptions {
  readonly input?: readonly string[];
  readonly tools?: string;
  readonly model?: string;
  readonly local?: boolean;
  readonly types?: string | false;
}

/** Where types go unless told otherwise, below the agent's folder. */
const typesFile = 'agent.types.ts';

export const dev = defineCommand<[path: string | undefined], DevOptions>({
  usage: 'dev [path]',
  summary:
    'Work on an agent: validate, sync and write types on every change, and talk with it; an empty folder gets an agent',
  configure: (parser) => {
    parser
      .option('--local', 'Run in this process even when there is a key for a server')
      .option('--input <value>', 'NAME=value, or @file.json with an object of inputs; may be repeated', collect)
      .option('--tools <file>', 'Module whose functions answer tool calls, by name')
      .option('--model <id>', 'Answer every model call with this model, such as offline/default; means --local')
      .option('--types <file>', `Where types are written (default: ${typesFile} in the folder)`)
      .option('--no-types', 'Write no types');
  },
  run: async (cli, [path = '.'], options) => {
    if (cli.output.isJson) cli.output.writeLines();
    const folder = resolve(cli.cwd, path);
    createWhenEmpty(cli, folder);
    const handlers = await loadToolHandlers(options.tools, cli.cwd);
    const isLocal = options.local === true || options.model !== undefined || !cli.apiKey();
    const stopping = new AbortController();
    const changes = await watchFolders([folder], { signal: stopping.signal, ignore: typesPath(cli, folder, options) });
    let followed: Promise<void> | undefined;
    try {
      const session = isLocal ? await openLocal(cli, folder, options) : await openOnServer(cli, folder, options);
      writeTypes(cli, folder, options);
      followed = follow(cli, changes, async () => {
        await session.update();
        writeTypes(cli, folder, options);
      });
      return await chat(cli, { conversation: session.conversation, handlers, input: session.triggerInput });
    } finally {
      stopping.abort();
      await followed;
    }
  },
});

interface DevSession {
  readonly conversation: Conversation;
  readonly triggerInput: Readonly<Record<string, unknown>>;
  /** Takes in what changed in the folder. @throws CliFailure when it is not valid; the old version goes on */
  update(): Promise<void>;
}

/** @throws FileFailure when the folder holds something else than an agent */
function createWhenEmpty(cli: Cli, folder: string): void {
  const names = listNames(folder).filter((name) => !name.startsWith('.'));
  if (names.some((name) => /^(settings\.json|protocol\.ya?ml)$/.test(name))) return;
  if (names.length > 0) {
    throw new FileFailure(
      'No agent in this folder: `octavus init --force` writes one, or give an empty folder',
      folder,
    );
  }
  const slug = toSlug(basename(folder)) ?? 'agent';
  const written = createAgentFolder(cli, folder, { template: 'chat', slug });
  cli.output.progress(`The folder is empty: wrote ${slug} (${written.join(', ')})`);
}

async function openLocal(cli: Cli, folder: string, options: DevOptions): Promise<DevSession> {
  const agent = localAgent(cli, folder, options.model === undefined ? {} : { model: options.model });
  const inputs = readDevInputs(cli, agent.definition, options);
  const conversation = await agent.open(inputs.session);
  cli.output.progress(
    'Runs here: nothing is stored, and no server is needed. With a key (OCTAVUS_API_KEY) it runs on your server.',
  );
  return {
    conversation,
    triggerInput: inputs.trigger,
    update: async () => {
      const definition = compileFolder(cli, folder);
      if (conversation instanceof LocalConversation) conversation.replaceDefinition(definition);
      cli.output.progress('Changed: the next message runs the new version');
    },
  };
}

async function openOnServer(cli: Cli, folder: string, options: DevOptions): Promise<DevSession> {
  const api = cli.connect();
  const { slug, agentId } = await sync(cli, api, folder);
  const agent = await serverAgent(api, slug);
  const inputs = readDevInputs(cli, agent.definition, options);
  const conversation = await agent.open(inputs.session);
  cli.output.progress(`Console: ${api.url}/platform/agents/${encodeURIComponent(agentId)}`);
  cli.output.progress(`Session: ${api.url}/platform/sessions/${encodeURIComponent(conversation.sessionId ?? '')}`);
  return { conversation, triggerInput: inputs.trigger, update: async () => void (await sync(cli, api, folder)) };
}

/** @throws CliFailure when the agent is not valid; then nothing is sent. */
async function sync(cli: Cli, api: Api, folder: string): Promise<{ slug: string; agentId: string }> {
  compileFolder(cli, folder);
  const { definition } = readAgentFolder(folder, cli.cwd);
  const { slug } = definition.settings;
  const { action, remote } = await planSync(api, definition);
  if (action === 'unchanged' && remote) return { slug, agentId: remote.id };
  const { agentId, created } = await syncAgent(api, definition);
  cli.output.progress(`${created ? 'Created' : 'Updated'}: ${slug}`);
  return { slug, agentId };
}

function readDevInputs(cli: Cli, definition: Conversation['definition'], { input = [] }: DevOptions) {
  const trigger = definition.triggers.get(findChatTrigger(definition).name)!;
  return readInputs(input, { session: definition.input, trigger: trigger.input }, cli.cwd);
}

function writeTypes(cli: Cli, folder: string, options: DevOptions): void {
  if (options.types === false) return;
  writeOneFile(typesPath(cli, folder, options), generateAgentTypes(cli, [folder]).text);
}

function typesPath(cli: Cli, folder: string, { types }: DevOptions): string {
  return typeof types === 'string' ? resolve(cli.cwd, types) : join(folder, typesFile);
}

/** Runs `update` on each change; what fails is told, and the work goes on. */
async function follow(cli: Cli, changes: AsyncIterable<void>, update: () => Promise<void>): Promise<void> {
  const tell = (error: unknown) => {
    if (!isInterruption(error, cli.signal)) cli.output.fail(toFailure(error));
  };
  try {
    for await (const _ of changes) await update().catch(tell);
  } catch (error) {
    tell(error);
  }
}
