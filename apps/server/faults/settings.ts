import { randomInt } from 'node:crypto';

/** How much the fault suites do; the defaults are what CI runs. `docs/reliability.md` lists the variables. */
export const settings = {
  /** Times that the server is killed, per database. */
  kills: numberOf('FAULTS_KILLS', 200),
  /** Places at which the write-ahead log is cut. */
  cuts: numberOf('FAULTS_CUTS', 500),
  /** Repeats a run: the same seed makes the same choices. Moments that depend on the machine's load are not repeated to the microsecond. */
  seed: numberOf('FAULTS_SEED', randomInt(2 ** 31)),
};

function numberOf(name: string, otherwise: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`${name} is ${JSON.stringify(text)}: expected a whole number`);
}

/** One line per suite on standard output, for people and for `docs/reliability.md`. */
export function report(suite: string, figures: Readonly<Record<string, string | number>>): void {
  const text = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  process.stdout.write(`${suite}: ${text.join(', ')}; FAULTS_SEED=${settings.seed}\n`);
}
