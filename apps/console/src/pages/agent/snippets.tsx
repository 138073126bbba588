import type { AgentFiles, ConsoleAgent } from '@octavus/console-api';
import { type AgentDefinition, validateAgent } from '@octavus/protocol';
import { CopyButton } from '../../components/controls.tsx';
import { Json } from '../../components/json.tsx';
import { Card, EmptyState } from '../../components/layout.tsx';
import { sampleInput } from './sample-input.ts';

interface SnippetsProps {
  readonly agent: ConsoleAgent;
  readonly files: AgentFiles;
}

/** How programs call the agent, with its id and this server's address in place. */
export function Snippets({ agent, files }: SnippetsProps) {
  const { definition } = validateAgent(files);
  if (!definition)
    return <EmptyState title="It cannot be called yet">Its files have errors: correct them first.</EmptyState>;
  const snippets = agent.format === 'worker' ? workerSnippets(agent, definition) : chatSnippets(agent, definition);
  return (
    <>
      {snippets.map(({ title, text }) => (
        <Card key={title} title={title}>
          <Json value={text} />
          <div className="mt-2">
            <CopyButton text={text} label={`Copy ${title}`} />
          </div>
        </Card>
      ))}
    </>
  );
}

interface Snippet {
  readonly title: string;
  readonly text: string;
}

function chatSnippets({ id }: ConsoleAgent, definition: AgentDefinition): Snippet[] {
  const url = location.origin;
  const [trigger] = definition.triggers.values();
  const name = trigger?.name ?? '';
  const values = JSON.stringify(sampleInput(trigger?.input.values() ?? []));
  const input = sampleInput(definition.input.values());
  const hasInput = Object.keys(input).length > 0;
  const session = JSON.stringify({ agentId: id, ...(hasInput && { input }) });
  return [
    {
      title: 'curl',
      text: `SESSION=$(curl -s ${url}/api/agent-sessions -H "Authorization: Bearer $OCTAVUS_API_KEY" \\
  -d ${quoted(session)} | sed -E 's/.*"sessionId":"([^"]+)".*/\\1/')
curl -sN "${url}/api/agent-sessions/$SESSION/trigger" -H "Authorization: Bearer $OCTAVUS_API_KEY" \\
  -d ${quoted(`{"triggerName":"${name}","input":${values}}`)}`,
    },
    {
      title: 'Server SDK',
      text: `import { OctavusClient } from '@octavus/server-sdk';

const client = new OctavusClient({ baseUrl: '${url}', apiKey: process.env.OCTAVUS_API_KEY });
const sessionId = await client.agentSessions.create('${id}'${hasInput ? `, ${JSON.stringify(input)}` : ''});
const session = client.agentSessions.attach(sessionId, { tools: ${toolHandlers(definition)} });
for await (const event of session.trigger('${name}', ${values})) {
  if (event.type === 'text-delta') process.stdout.write(event.delta);
}`,
    },
    {
      title: 'React',
      text: `import { createHttpTransport, useOctavusChat } from '@octavus/react';

// Your own route, which hands the request to session.execute of the server SDK.
const transport = createHttpTransport({ url: '/api/chat' });
const { messages, send } = useOctavusChat({ transport });
await send('${name}', ${values});`,
    },
  ];
}

function workerSnippets({ id }: ConsoleAgent, definition: AgentDefinition): Snippet[] {
  const url = location.origin;
  const input = JSON.stringify(sampleInput(definition.input.values()));
  return [
    {
      title: 'curl',
      text: `curl -sN ${url}/api/agents/${id}/execute -H "Authorization: Bearer $OCTAVUS_API_KEY" \\
  -d ${quoted(`{"type":"start","input":${input}}`)}`,
    },
    {
      title: 'Server SDK',
      text: `import { OctavusClient } from '@octavus/server-sdk';

const client = new OctavusClient({ baseUrl: '${url}', apiKey: process.env.OCTAVUS_API_KEY });
const { output } = await client.workers.generate('${id}', ${input}, { tools: ${toolHandlers(definition)} });
console.log(output);`,
    },
  ];
}

/** For a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A handler for each tool of the agent, for its author to fill in. */
function toolHandlers({ tools }: AgentDefinition): string {
  if (tools.size === 0) return '{}';
  const lines = [...tools.keys()].map((name) => `  '${name}': async (args) => ({ todo: args }),`);
  return `{\n${lines.join('\n')}\n}`;
}
