import { OctavusError } from '@octavus/core';
import { type Config, publicUrl, readConfig, readSecrets } from './config.ts';
import { describeFirstRun, prepareFirstRun } from './first-run/first-run.ts';
import { describeOwnerLink, makeOwnerLink } from './first-run/owner-link.ts';
import { type App, buildApp } from './http/app.ts';
import { type Listening, listen } from './http/listen.ts';
import { createLogger, type Logger } from './logging.ts';
import { openSecret } from './secret.ts';
import { type OpenServices, openServices } from './services.ts';
import { StartError } from './start-error.ts';

/** How long running legs may go on after the process was told to stop (stream spec 8). */
const drainMs = 25_000;

/** How long readers that take nothing, and requests that do not finish, are waited for after that. */
const closeMs = 2_000;

/** One Ctrl-C reaches a process twice when a package manager passes it on. */
const sameSignalMs = 500;

/** Runs the server until a signal stops it, then exits: 0 after a graceful stop, 1 with one sentence when it cannot start. */
export async function runServer(): Promise<void> {
  try {
    await start(readConfig());
  } catch (error) {
    process.stderr.write(`Octavus cannot start: ${explain(error)}\n`);
    process.exit(1);
  }
}

async function start(config: Config): Promise<void> {
  const logger = createLogger({ level: config.logLevel, secrets: readSecrets() });
  const services = await openServices(config, logger, await openSecret(config));
  const firstRun = await prepareFirstRun(services);
  const ownerToken = await makeOwnerLink(services);
  const app = await buildApp(services);
  const listening = await openTo(app, config);
  stopOnSignals({ app, listening, services, logger });
  const url = publicUrl(config, listening.port);
  services.setPublicUrl(url);
  if (firstRun) process.stdout.write(describeFirstRun(firstRun, url));
  if (ownerToken !== undefined) process.stdout.write(describeOwnerLink(ownerToken, url));
  process.stdout.write(`Octavus is listening on ${url}\n`);
}

async function openTo(app: App, { host, port }: Config): Promise<Listening> {
  try {
    return await listen(app.server, (options) => app.listen(options), { host, port });
  } catch (cause) {
    throw new StartError(explainListen((cause as NodeJS.ErrnoException).code, host, port), { cause });
  }
}

function explainListen(code: string | undefined, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use: stop the other program or set PORT`;
    case 'EACCES':
      return `This user may not listen on port ${port}: set PORT to a number from 1024`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HOST is "${host}": expected an address of this machine`;
    default:
      return `It cannot listen on ${host}, port ${port} (${code ?? 'unknown reason'})`;
  }
}

function explain(error: unknown): string {
  if (OctavusError.isInstance(error) && error.code === 'SERVICE_UNAVAILABLE') {
    return 'The database does not answer: check DATABASE_URL and that the database runs';
  }
  return error instanceof Error ? error.message : String(error);
}

interface Running {
  readonly app: App;
  readonly listening: Listening;
  readonly services: OpenServices;
  readonly logger: Logger;
}

function stopOnSignals(running: Running): void {
  let stoppingSince: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    const now = performance.now();
    if (stoppingSince !== undefined) {
      if (now - stoppingSince > sameSignalMs) process.exit(1);
      return;
    }
    stoppingSince = now;
    running.logger.info({ signal, runningLegs: running.services.executions.running }, 'Stopping');
    stop(running).then(
      () => process.exit(0),
      (cause) => {
        running.logger.error({ err: cause }, 'The server did not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
}

/** Not ready any more, no new legs; the running ones end, then connections, then the database. */
async function stop({ app, listening, services }: Running): Promise<void> {
  services.lifecycle.isDraining = true;
  const closeAll = () => app.server.closeAllConnections();
  const stalled = setTimeout(closeAll, drainMs + closeMs);
  await services.executions.drain(drainMs);
  clearTimeout(stalled);
  const unfinished = setTimeout(closeAll, closeMs);
  await Promise.all([app.close(), listening.close()]);
  clearTimeout(unfinished);
  await services[Symbol.asyncDispose]();
}
