import { toRequirements } from './table.ts';

export const clientRequirements = [
  ...toRequirements('Server SDK', {
    '5.2 JSON APIs': {
      'sdk.agents': '`agents.list` and `agents.get` parse.',
      'sdk.sessions': '`agentSessions.create`, `get` and `getMessages` parse.',
      'sdk.errors': 'A refused call rejects with the right status, and with message and code when errors are flat.',
    },
    '5.5 Tool continuation loop': {
      'sdk.execute': '`execute` yields a plain reply.',
      'sdk.tools.server': 'Server tools run and the execution goes on in one generator.',
      'sdk.tools.failing': 'A server tool that throws becomes a tool error that the model sees.',
      'sdk.tools.client': 'A tool without a handler ends in client-tool-request, and `continue` finishes the turn.',
      'sdk.tools.mixed': 'Server and client tools of one step meet in one continuation.',
      'sdk.tools.undefined': 'A tool that returns nothing is stored as null.',
      'sdk.block-tool': 'A tool-call block runs its handler and the next block sees the result.',
      'sdk.abort': 'An aborted signal ends the generator with stop, and the session takes the next trigger.',
      'sdk.http-error': 'A refused trigger is one error event with the type of its status.',
      'sdk.resource': 'A registered resource is told about updates.',
      'sdk.events': 'No event of a stream is lost in the schemas of the published package.',
    },
  }),
  ...toRequirements('Client SDK', {
    Chat: {
      'chat.reply': 'A reply becomes one assistant message with a finished text part.',
      'chat.tools': 'Server and client tools of one step become finished tool-call parts.',
      'chat.interactive': 'An interactive tool waits for its answer and then goes on.',
      'chat.object': 'Structured output becomes an object part.',
      'chat.error': 'A provider failure puts the chat into the error state with its type.',
      'chat.stop': 'Stopping keeps the partial text and the next message works.',
      'chat.reload': 'Messages read from the server continue a chat.',
      'react.chat': 'The hook renders a streamed conversation with a tool call.',
    },
  }),
  ...toRequirements('CLI', {
    '4 Commands': {
      'cli.validate': '`validate` accepts a valid agent and reports the mistakes of a broken one.',
      'cli.sync': '`sync` creates, then updates, and prints what it did.',
      'cli.list': '`list` shows the agents.',
      'cli.get': '`get` shows one agent; an unknown one is not found.',
      'cli.json': 'Every command has a JSON form.',
      'cli.errors': 'A rejected key and an invalid agent are API errors with their status.',
    },
  }),
];
