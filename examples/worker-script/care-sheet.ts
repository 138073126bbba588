import { OctavusClient, type WorkerGenerateResult } from '@octavus/server-sdk';

/** Runs the worker on a plant; `readHumidity` stands for whatever the script knows and the worker does not. */
export async function writeCareSheet(
  client: OctavusClient,
  plant: string,
  readHumidity: (place: string) => number,
): Promise<WorkerGenerateResult> {
  const worker = (await client.agents.list()).find(({ slug }) => slug === 'care-sheet');
  if (!worker) throw new Error('The worker is not there yet: octavus sync ./agent');
  return client.workers.generate(
    worker.id,
    { PLANT: plant },
    { tools: { 'read-humidity': async ({ place }) => ({ percent: readHumidity(String(place)) }) }, timeoutMs: 60_000 },
  );
}

if (import.meta.main) {
  const client = OctavusClient.fromEnv();
  const { output, sessionId } = await writeCareSheet(client, process.argv[2] ?? 'fern', () => 41);
  console.log(output);
  console.error(client.getSessionUrl(sessionId));
}
