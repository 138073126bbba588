import { defineCommand } from '../command.ts';
import { chat as runChat } from '../runs/chat.ts';
import { collect, readInputs } from '../runs/read-inputs.ts';
import { findRunnableAgent } from '../runs/runnable-agent.ts';
import { loadToolHandlers } from '../runs/tool-handlers.ts';
import { findChatTrigger } from '../runs/triggers.ts';

interface ChatOptions {
  readonly input?: readonly string[];
  readonly session?: string;
  readonly tools?: string;
  readonly model?: string;
}

export const chat = defineCommand<[agent: string], ChatOptions>({
  usage: 'chat <agent>',
  summary: 'Talk with an agent; <agent> is a slug or a folder such as ./desk',
  configure: (parser) => {
    parser
      .option('--input <value>', 'NAME=value, or @file.json with an object of inputs; may be repeated', collect)
      .option('--session <id>', 'Go on with a session of the server')
      .option('--tools <file>', 'Module whose functions answer tool calls, by name')
      .option('--model <id>', 'In a folder: answer every model call with this model, such as offline/default');
  },
  run: async (cli, [name], { input = [], session, tools, model }) => {
    if (cli.output.isJson) cli.output.writeLines();
    const handlers = await loadToolHandlers(tools, cli.cwd);
    const agent = await findRunnableAgent(cli, name, { ...(model !== undefined && { model }) });
    const { definition } = agent;
    const trigger = definition.triggers.get(findChatTrigger(definition).name)!;
    const inputs = readInputs(input, { session: definition.input, trigger: trigger.input }, cli.cwd);
    const conversation = session === undefined ? await agent.open(inputs.session) : agent.attach(session);
    return runChat(cli, { conversation, handlers, input: inputs.trigger });
  },
});
