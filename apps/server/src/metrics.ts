import type { Registry } from 'prom-client';

/** What the process counts about itself, in the text format of Prometheus. */
export interface Metrics {
  countRequest(method: string, route: string, status: number): void;
  /** Events written to streams; most are one token of a model's answer. */
  countEvents(count: number): void;
  /** @returns the text for a scrape, and its content type. */
  scrape(): Promise<{ readonly text: string; readonly contentType: string }>;
}

interface MetricsOptions {
  readonly runningLegs: () => number;
  readonly openStreams: () => number;
}

interface RequestCount {
  readonly labels: { readonly method: string; readonly route: string; readonly status: string };
  count: number;
}

/**
 * Counts in plain numbers. The Prometheus library is loaded by the first scrape: a server that nobody scrapes saves its 9 MB
 * (`bench`: idle memory), and counting costs an addition.
 */
export function createMetrics(options: MetricsOptions): Metrics {
  const requests = new Map<string, RequestCount>();
  let events = 0;
  let registry: Promise<Registry> | undefined;
  return {
    countRequest: (method, route, status) => {
      const key = `${method} ${route} ${status}`;
      const counted = requests.get(key);
      if (counted) counted.count += 1;
      else requests.set(key, { labels: { method, route, status: String(status) }, count: 1 });
    },
    countEvents: (count) => {
      events += count;
    },
    scrape: async () => {
      registry ??= openRegistry({ ...options, requests, events: () => events });
      const opened = await registry;
      return { text: await opened.metrics(), contentType: opened.contentType };
    },
  };
}

interface RegistrySources extends MetricsOptions {
  readonly requests: ReadonlyMap<string, RequestCount>;
  readonly events: () => number;
}

async function openRegistry({ requests, events, runningLegs, openStreams }: RegistrySources): Promise<Registry> {
  const { Counter, collectDefaultMetrics, Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Counter({
    name: 'octavus_http_requests_total',
    help: 'Requests answered',
    labelNames: ['method', 'route', 'status'],
    registers,
    collect() {
      this.reset();
      for (const { labels, count } of requests.values()) this.inc(labels, count);
    },
  });
  new Counter({
    name: 'octavus_stream_events_total',
    help: 'Events written to streams; most are one token of an answer',
    registers,
    collect() {
      this.reset();
      this.inc(events());
    },
  });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('octavus_running_legs', 'Legs of executions that run in this process', runningLegs);
  gauge('octavus_open_streams', 'Event streams that are open', openStreams);
  return registry;
}
