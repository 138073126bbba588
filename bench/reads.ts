import { Agent, request } from 'node:http';
import { startProcess } from './process.ts';
import { startOctavus } from './server.ts';
import { octavusSystem } from './system.ts';

/** Authenticated reads of a session with one turn, from so many clients at once, for so long. */
const clients = 8;
const seconds = 3;

/** @returns answers per second of `GET /api/agent-sessions/:id`. */
export async function measureReads(): Promise<number> {
  await using model = await startProcess(['bench/model.ts'], 'model ');
  await using server = await startOctavus(model.line.slice('model '.length));
  const system = await octavusSystem(server.url, server.pid, server.key);
  const id = await system.open();
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const read = () => get(`${server.url}/api/agent-sessions/${id}`, system.headers, agent);
  const loop = async (until: number): Promise<number> => {
    let count = 0;
    for (; performance.now() < until; count += 1) await read();
    return count;
  };
  const together = (forSeconds: number) =>
    Promise.all(Array.from({ length: clients }, () => loop(performance.now() + forSeconds * 1000)));
  await together(1);
  const counts = await together(seconds);
  agent.destroy();
  return counts.reduce((sum, count) => sum + count, 0) / seconds;
}

/** @returns the body. @throws for any status but 200. */
export function get(url: string, headers: Readonly<Record<string, string>>, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    request(url, { headers, agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        body += piece;
      });
      response.on('end', () => {
        if (response.statusCode === 200) resolve(body);
        else reject(new Error(`${url}: ${response.statusCode} ${body}`));
      });
      response.on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}
