import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

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

export function createMetrics({ runningLegs, openStreams }: MetricsOptions): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'octavus_http_requests_total',
    help: 'Requests answered',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const events = new Counter({
    name: 'octavus_stream_events_total',
    help: 'Events written to streams; most are one token of an answer',
    registers,
  });
  gauge('octavus_running_legs', 'Legs of executions that run in this process', runningLegs, registers);
  gauge('octavus_open_streams', 'Event streams that are open', openStreams, registers);
  return {
    countRequest: countByLabels(requests),
    countEvents: (count) => events.inc(count),
    scrape: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
  };
}

/** Remembers the counter of each combination, so that counting a request does not hash its labels again. */
function countByLabels(counter: Counter<'method' | 'route' | 'status'>): Metrics['countRequest'] {
  const children = new Map<string, Counter.Internal>();
  return (method, route, status) => {
    const key = `${method} ${route} ${status}`;
    let child = children.get(key);
    if (!child) {
      child = counter.labels(method, route, String(status));
      children.set(key, child);
    }
    child.inc();
  };
}

function gauge(name: string, help: string, read: () => number, registers: Registry[]): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(read());
    },
  });
}
