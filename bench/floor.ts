import { Agent, createServer, request as send } from 'node:http';

/**
 * The least that any server between a client and the model must do on this runtime: one HTTP request in, one out, the model's bytes piped
 * through, nothing parsed, nothing stored. Prints `floor <URL>`. `MODEL_URL` names the model.
 */
const agent = new Agent({ keepAlive: true });
const target = new URL(`${process.env.MODEL_URL}/chat/completions`);

const server = createServer((request, response) => {
  const forwarded = send(
    target,
    { agent, method: 'POST', headers: { 'Content-Type': 'application/json' } },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, { 'Content-Type': 'text/event-stream' });
      answer.pipe(response);
    },
  );
  forwarded.on('error', () => response.destroy());
  request.pipe(forwarded);
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') console.log(`floor http://127.0.0.1:${address.port}`);
});
process.on('SIGTERM', () => process.exit(0));
