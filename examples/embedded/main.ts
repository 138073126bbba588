import { EmbeddedSession } from '@octavus/engine';
import { createModels } from '@octavus/models';
import { readAgent } from './read-agent.ts';

const session = new EmbeddedSession({
  definition: readAgent(new URL('agent/', import.meta.url)),
  models: createModels(),
  input: { NURSERY: 'Larkspur' },
  tools: { 'find-order': ({ orderNo }) => ({ orderNo, arrives: 'Friday' }) },
});
for await (const event of session.trigger('user-message', { USER_MESSAGE: 'Please find order LK-2041.' })) {
  if (event.type === 'text-delta') process.stdout.write(event.delta);
}
