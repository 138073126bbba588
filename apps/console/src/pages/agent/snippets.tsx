import type { AgentFiles, ConsoleAgent } from '@octavus/console-api';
import { validateAgent } from '@octavus/protocol';
import { CopyButton } from '../../components/controls.tsx';
import { Json } from '../../components/json.tsx';
import { Card } from '../../components/layout.tsx';

interface SnippetsProps {
  readonly agent: ConsoleAgent;
  readonly files: AgentFiles;
}

/** How programs call the agent, with its id and this server's address in place. */
export function Snippets({ agent, files }: SnippetsProps) {
  const snippets = agent.format === 'worker' ? workerSnippets(agent) : chatSnippets(agent, triggerOf(files));
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

interface Trigger {
  readonly name: string;
  readonly input: Readonly<Record<string, string>>;
}

/** The first trigger, with a text for each of its inputs. */
function triggerOf(files: AgentFiles): Trigger {
  const result = validateAgent(files);
  const [trigger] = result.definition?.triggers.values() ?? [];
  const inputs = trigger ? [...trigger.input.keys()] : [];
  return { name: trigger?.name ?? 'user-message', input: Object.fromEntries(inputs.map((name) => [name, 'Hello!'])) };
}

function chatSnippets({ id }: ConsoleAgent, { name, input }: Trigger): Snippet[] {
  const url = location.origin;
  const values = JSON.stringify(input);
  return [
    {
      title: 'curl',
      text: `SESSION=$(curl -s ${url}/api/agent-sessions -H "Authorization: Bearer $OCTAVUS_API_KEY" \\
  -d '{"agentId":"${id}"}' | sed -E 's/.*"sessionId":"([^"]+)".*/\\1/')
curl -N "${url}/api/agent-sessions/$SESSION/trigger" -H "Authorization: Bearer $OCTAVUS_API_KEY" \\
  -d '{"triggerName":"${name}","input":${values}}'`,
    },
    {
      title: 'Server SDK',
      text: `import { OctavusClient } from '@octavus/server-sdk';

const client = new OctavusClient({ baseUrl: '${url}', apiKey: process.env.OCTAVUS_API_KEY });
const sessionId = await client.agentSessions.create('${id}');
const session = client.agentSessions.attach(sessionId, { tools: {} });
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

function workerSnippets({ id }: ConsoleAgent): Snippet[] {
  const url = location.origin;
  return [
    {
      title: 'curl',
      text: `curl -N ${url}/api/agents/${id}/execute -H "Authorization: Bearer $OCTAVUS_API_KEY" \\
  -d '{"type":"start","input":{}}'`,
    },
  ];
}
