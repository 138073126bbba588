import { validateAgent } from '@octavus/protocol';
import { readAgentPayload } from '../packages/protocol/test/fixtures.ts';
import { asPayload, hostile, large, thousandLines } from '../packages/protocol/test/hostile.ts';

/** How long one validation takes, in milliseconds of a warm process. */
export interface LanguageFigure {
  readonly input: string;
  readonly target: string;
  readonly milliseconds: number;
}

/** Validation of the largest example, of a thousand lines, and the slowest of the hostile inputs. */
export function measureLanguage(): LanguageFigure[] {
  const slowest = (payloads: Readonly<Record<string, unknown>>, runs: number) =>
    Object.entries(payloads)
      .map(([title, payload]) => ({ title, milliseconds: timeOf(payload, runs) }))
      .reduce((worst, next) => (next.milliseconds > worst.milliseconds ? next : worst));
  const hostileWorst = slowest(hostile, 5);
  const largeWorst = slowest(
    Object.fromEntries(Object.entries(large).map(([title, text]) => [title, asPayload(text)])),
    3,
  );
  return [
    {
      input: 'the largest example agent (site-inspector)',
      target: '5',
      milliseconds: timeOf(readAgentPayload('site-inspector'), 50),
    },
    { input: 'a protocol of a thousand lines', target: '20', milliseconds: timeOf(thousandLines, 30) },
    {
      input: `hostile input, the slowest: ${hostileWorst.title}`,
      target: '100',
      milliseconds: hostileWorst.milliseconds,
    },
    {
      input: `a file of the largest size, the slowest: ${largeWorst.title}`,
      target: '',
      milliseconds: largeWorst.milliseconds,
    },
  ];
}

/** The median of some runs after a warm-up. */
function timeOf(payload: unknown, runs: number): number {
  const times = Array.from({ length: runs * 2 }, () => {
    const start = performance.now();
    validateAgent(payload);
    return performance.now() - start;
  });
  const warm = times.slice(runs).sort((one, other) => one - other);
  return warm[Math.floor(warm.length / 2)] ?? Number.NaN;
}
