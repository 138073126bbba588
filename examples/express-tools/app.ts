import { defineTool, type OctavusClient, pipeSSE } from '@octavus/server-sdk';
import express, { type Express } from 'express';
import { z } from 'zod';

const orders = new Map([['A-17', { state: 'shipped', arrives: 'Friday' }]]);

/** Runs on this server when the model calls it; the model sees what it returns, or the message of what it throws. */
const findOrder = defineTool({
  parameters: z.object({ order: z.string() }),
  handler: ({ order }) => orders.get(order.toUpperCase()) ?? { state: 'unknown', known: [...orders.keys()] },
});

/** `POST /api/sessions` opens a session, `POST /api/chat` streams an answer: what chats of `@octavus/client-sdk` talk to. */
export function createApp(client: OctavusClient): Express {
  const app = express();
  app.use(express.json());

  app.post('/api/sessions', async (_request, response) => {
    response.json({ sessionId: await client.agentSessions.create('shop-desk') });
  });

  app.post('/api/chat', async (request, response) => {
    const session = client.agentSessions.attach(request.body.sessionId, { tools: { 'find-order': findOrder } });
    await pipeSSE(session.execute(request.body), response);
  });

  return app;
}
